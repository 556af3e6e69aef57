import { getEventListeners } from 'node:events';
import { expect, it } from '@jest/globals';
import express from 'express';
import type { ApiDeps } from '../../api/deps.ts';
import type { Endpoint } from '../../api/endpoint.ts';
import { serveEndpoints } from '../../api/http/serve-endpoints.ts';
import { listen } from '../../api/listen.ts';

it('forgets each request that has ended, for as long as the process lives', async () => {
  const { signal: stopping } = new AbortController();
  const app = express();
  const endpoint: Endpoint = {
    ...{ id: 'here', method: 'GET', path: '/here', role: 'anyone', summary: 'is here', replies: {} },
    handle: () => Promise.resolve({ status: 200, body: {} }),
  };
  serveEndpoints(app, [endpoint], { stopping } as ApiDeps);
  const listening = await listen(() => app, { host: '127.0.0.1', port: 0 });
  try {
    for (let n = 0; n < 3; n += 1) await (await fetch(`${listening.url}/here`)).text();
    expect(getEventListeners(stopping, 'abort')).toEqual([]);
  } finally {
    await listening.close(1000);
  }
});
