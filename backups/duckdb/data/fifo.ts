import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** Node has no call for it; coreutils does. */
export async function makeFifos(paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await promisify(execFile)('mkfifo', ['-m', '600', '--', ...paths]);
}

/** What a pipe holds, and gives in one read at most. */
const pipeBytes = 64 * 1024;

/** What sealing takes at once: handed on in the pieces of a pipe, each byte would cost half as much again. */
const pieceBytes = 1024 * 1024;

/**
 * The reading end of a FIFO, in pieces of 1 MiB. It is opened without waiting for a writer, and read by the event loop: no
 * thread of libuv's four is taken, and a writer that never comes leaves nothing hanging. Ends when the writer has closed,
 * which says nothing about its success.
 */
export function readFifo(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  let piece = Buffer.allocUnsafeSlow(pieceBytes);
  let filled = 0;
  const take = (bytes: Uint8Array): boolean => {
    let wanted = true;
    for (let at = 0; at < bytes.byteLength;) {
      const taken = bytes.subarray(at, at + pieceBytes - filled);
      piece.set(taken, filled);
      [at, filled] = [at + taken.byteLength, filled + taken.byteLength];
      if (filled < pieceBytes) continue;
      wanted = pieces.push(piece);
      [piece, filled] = [Buffer.allocUnsafeSlow(pieceBytes), 0];
    }
    return wanted;
  };
  // The types of Node 20 know it of sockets that connect alone.
  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
    ...{ fd, readable: true, writable: false },
    onread: {
      buffer: Buffer.allocUnsafeSlow(pipeBytes),
      callback: (count, buffer) => take(buffer.subarray(0, count)),
    },
  };
  const pipe = new Socket(options);
  const pieces = new Readable({
    highWaterMark: pieceBytes,
    read: () => {
      pipe.resume();
    },
    destroy(error, done) {
      pipe.destroy();
      done(error);
    },
  });
  pipe.once('end', () => {
    if (filled > 0) pieces.push(piece.subarray(0, filled));
    pieces.push(null);
  });
  pipe.once('error', (error) => pieces.destroy(error));
  return pieces;
}
