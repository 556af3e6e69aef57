import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { followFirstRun } from '../../../app/quickstart/first-run.ts';
import { schedulerClient } from '../../../app/quickstart/scheduler-client.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) end(server);
});

/** A control plane whose one schedule has run, or has not; it ends in the middle of the `last` request. */
async function controlPlane({
  hasRun,
  port = 0,
  last = Infinity,
}: {
  hasRun: boolean;
  port?: number;
  last?: number;
}) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (requests === last) {
      end(server);
      return;
    }
    const schedule = { name: 'every', enabled: true, reasonCode: 'due', lastBackup: hasRun ? 'x' : null };
    const isSchedules = request.url === '/api/backups/schedule';
    response.end(JSON.stringify(isSchedules ? { schedules: [schedule] } : []));
  });
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}

const following = (port: number, limitMs: number) =>
  followFirstRun(schedulerClient(`http://127.0.0.1:${port}`, 'key'), {
    say: () => undefined,
    limitMs,
    signal: new AbortController().signal,
  });

describe('following the first run of a quickstart', () => {
  it('goes on when the control plane has ended in a request and is there again', async () => {
    const { server, port } = await controlPlane({ hasRun: false, last: 4 });
    const run = following(port, 30_000);
    await once(server, 'close');
    await controlPlane({ hasRun: true, port });
    expect(await run).toMatchObject({ missing: [], schedules: [{ name: 'every' }] });
  });

  it('ends with what is wrong when it does not come back', async () => {
    const { port } = await controlPlane({ hasRun: false, last: 2 });
    await expect(following(port, 1000)).rejects.toMatchObject({
      code: 'api-unreachable',
      message: expect.stringContaining(`nothing answers at http://127.0.0.1:${port}`) as unknown,
    });
  });

  it('says which schedules have not run when the time is up', async () => {
    const { port } = await controlPlane({ hasRun: false });
    expect(await following(port, 0)).toMatchObject({ missing: ['every'] });
  });
});
