import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What becomes of the bytes between a client and a server. */
export type ConnectionFault =
  | 'none'
  /** Each connection is reset as soon as the client sends something. */
  | 'reset'
  /** Nothing goes through any more, either way. */
  | 'stall'
  /** The connection ends in the middle of an answer. */
  | 'cut'
  /** A byte of each answer is another. */
  | 'flip';

export interface FaultyConnection {
  readonly port: number;
  /** From now on, and for connections that are open, too. */
  set(fault: ConnectionFault): void;
  /** How many connections were made. */
  connections(): number;
  close(): Promise<void>;
}

/** A proxy on loopback before a server of any protocol over TCP. */
export async function startFaultyConnection(target: number): Promise<FaultyConnection> {
  let fault: ConnectionFault = 'none';
  let connections = 0;
  const open = new Set<Socket>();

  const server = createServer((client) => {
    connections += 1;
    const upstream = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (fault === 'reset') client.resetAndDestroy();
      else if (fault !== 'stall') upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => {
      if (fault === 'reset') client.resetAndDestroy();
      else if (fault === 'cut') client.end(bytes.subarray(0, bytes.length >> 1));
      else if (fault === 'flip') client.write(flipped(bytes));
      else if (fault === 'none') client.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    set(next) {
      // What was held back never comes: the connection is of no use any more.
      if (fault === 'stall') for (const socket of open) socket.destroy();
      fault = next;
    },
    connections: () => connections,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const middle = changed.length >> 1;
  changed[middle] = (changed[middle] ?? 0) ^ 1;
  return changed;
}
