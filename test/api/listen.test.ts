import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, it } from '@jest/globals';
import { listen } from '../../api/listen.ts';

const host = '127.0.0.1';

describe('listening', () => {
  it('says which port is taken and what to do', async () => {
    const other = createServer().listen(0, host);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(listen(() => express(), { host, port })).rejects.toMatchObject({
      code: 'address-in-use',
      message: expect.stringMatching(
        new RegExp(`127.0.0.1:${port} \\(EADDRINUSE\\): choose another port`),
      ) as unknown,
    });
    other.close();
  });

  it('ends a request that runs when it closes, and refuses new ones', async () => {
    const doors = new EventEmitter();
    const begun = once(doors, 'begun');
    const app = express().get('/slow', async (_request, response) => {
      const may = once(doors, 'may');
      doors.emit('begun');
      await may;
      response.send('done');
    });
    const listening = await listen(() => app, { host, port: 0 });
    const slow = fetch(`${listening.url}/slow`);
    await begun;
    const closed = listening.close(10_000);
    doors.emit('may');
    expect(await (await slow).text()).toBe('done');
    await closed;
    await expect(fetch(listening.url)).rejects.toThrow();
  });

  it('cuts what does not end within the deadline', async () => {
    const app = express().get('/never', () => undefined);
    const listening = await listen(() => app, { host, port: 0 });
    const never = fetch(`${listening.url}/never`).catch(() => 'cut');
    await fetch(`${listening.url}/`);
    await listening.close(100);
    expect(await never).toBe('cut');
  });
});
