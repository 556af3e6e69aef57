import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What a proxy does with a request: pass it on (perhaps changed), or spoil it. */
export interface Spoiling {
  /** Headers that are not passed on. */
  readonly without?: readonly string[];
  /** An answer of its own, without asking the server. */
  readonly status?: number;
  /** Body of that answer, JSON or XML. */
  readonly body?: string;
  /** The connection is reset, the server never hears of it. */
  readonly reset?: boolean;
  /** Nothing more comes: never an answer, or none after its first half. */
  readonly stall?: 'before' | 'midway';
  /** The byte at this place of the answer is another. */
  readonly flipAt?: number;
  /** The server is asked, and its answer is lost. */
  readonly loseAnswer?: boolean;
  /** The connection ends after this many bytes of the answer. */
  readonly cutAfter?: number;
}

export interface FaultyProxy {
  readonly url: string;
  /** How many requests came. */
  readonly requests: () => number;
  close(): Promise<void>;
}

/** A proxy on loopback before an HTTP server; `spoil` looks at each request. */
export async function startFaultyProxy(
  target: string,
  spoil: (incoming: IncomingMessage) => Spoiling | undefined,
): Promise<FaultyProxy> {
  let requests = 0;
  const server = createServer((incoming, answer) => {
    requests += 1;
    pass(target, incoming, answer, spoil(incoming) ?? {}).catch(() => answer.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: () => requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function pass(target: string, incoming: IncomingMessage, answer: ServerResponse, spoiling: Spoiling) {
  if (spoiling.reset === true) {
    incoming.socket.resetAndDestroy();
    return;
  }
  const body = await buffer(incoming);
  if (spoiling.stall === 'before') return;
  if (spoiling.status !== undefined) {
    answer.writeHead(spoiling.status).end(spoiling.body);
    return;
  }
  const kept = Object.entries(incoming.headers).filter(([name]) => !spoiling.without?.includes(name));
  const headers = Object.fromEntries(kept);
  const passed = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers });
  passed.end(body);
  const [reply] = (await once(passed, 'response')) as [IncomingMessage];
  const replied = await buffer(reply);
  if (spoiling.loseAnswer === true) {
    answer.destroy();
    return;
  }
  answer.writeHead(reply.statusCode ?? 500, reply.headers);
  if (spoiling.flipAt !== undefined) replied[spoiling.flipAt] = (replied[spoiling.flipAt] ?? 0) ^ 1;
  if (spoiling.stall === 'midway') {
    answer.write(replied.subarray(0, replied.length >> 1));
    return;
  }
  if (spoiling.cutAfter === undefined || replied.length <= spoiling.cutAfter) {
    answer.end(replied);
    return;
  }
  answer.write(replied.subarray(0, spoiling.cutAfter), () => answer.destroy());
}
