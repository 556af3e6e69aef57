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
  /** The byte at this place of what the server is sent is another. */
  readonly flipSentAt?: number;
  /** The answer, put otherwise. */
  readonly rewrite?: (body: string) => string;
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
  flip(body, spoiling.flipSentAt);
  passed.end(body);
  const [reply] = (await once(passed, 'response')) as [IncomingMessage];
  const replied = rewritten(await buffer(reply), spoiling);
  if (spoiling.loseAnswer === true) {
    answer.destroy();
    return;
  }
  answer.writeHead(reply.statusCode ?? 500, reply.headers);
  flip(replied, spoiling.flipAt);
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

function flip(bytes: Buffer, at: number | undefined): void {
  if (at !== undefined) bytes[at] = (bytes[at] ?? 0) ^ 1;
}

/** Of the same length, which its headers tell. */
function rewritten(body: Buffer, { rewrite }: Spoiling): Buffer {
  if (rewrite === undefined) return body;
  const other = Buffer.from(rewrite(body.toString()));
  if (other.length !== body.length) throw new Error('a rewritten answer keeps its length');
  return other;
}
