import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Express } from 'express';
import { CodedError } from '../errors/coded-error.ts';
import { refuseBrokenHttp, refuseBrokenTarget } from './http/broken-http.ts';

export interface Listening {
  /** e.g. http://127.0.0.1:8080, with the true port where 0 was asked for. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, lets those that run end within `deadlineMs`, then cuts what is left. */
  close(deadlineMs: number): Promise<void>;
}

/**
 * Serves the application; `stopping` ends its event streams when it closes. Throws `address-in-use` when it cannot
 * listen.
 */
export async function listen(
  build: (stopping: AbortSignal) => Express,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const stopping = new AbortController();
  const app = build(stopping.signal);
  const server = createServer({ headersTimeout: 15_000, requestTimeout: 60_000 }, (request, response) => {
    if (!refuseBrokenTarget(request, response)) app(request, response);
  });
  server.on('clientError', refuseBrokenHttp);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const why = errnoOf(cause);
    throw new CodedError(
      'address-in-use',
      `cannot listen on ${host}:${port} (${why}): choose another port, or 0 for any free one, or end what listens there`,
      { cause, facts: { host, port } },
    );
  }
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shownHost}:${address.port}`,
    port: address.port,
    async close(deadlineMs) {
      stopping.abort();
      await closeWithin(server, deadlineMs);
    },
  };
}

async function closeWithin(server: Server, deadlineMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A browser keeps its connection after the last answer; nothing more will come on it.
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  const ended = new AbortController();
  const late = pause(deadlineMs, undefined, { signal: ended.signal }).then(
    () => {
      server.closeAllConnections();
    },
    () => undefined,
  );
  await closed;
  clearInterval(idle);
  ended.abort();
  await late;
}

function errnoOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : 'unknown';
}
