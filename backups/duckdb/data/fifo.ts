import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { systemCode } from '../../../errors/system-code.ts';

/** Node has no call for it; coreutils does. */
export async function makeFifos(paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await promisify(execFile)('mkfifo', ['-m', '600', '--', ...paths]);
}

/** What a pipe holds, and gives in one read at most. */
const pipeBytes = 64 * 1024;

/** What sealing takes at once: handed on in the pieces of a pipe, each byte would cost half as much again. */
const pieceBytes = 1024 * 1024;

/** ms. */
const tryEvery = 10;

/**
 * What `write` puts into the FIFO, in pieces of 1 MiB, beside what comes of `write`. The reading end is opened without
 * waiting for a writer, and read by the event loop: no thread of libuv's four is taken. It ends when `write` has settled,
 * however that was: on macOS nobody is told that the last writer of a FIFO has closed it
 * (https://github.com/nodejs/node/issues/45210). Where it is destroyed before, `write` fails instead of waiting for a
 * reader.
 */
export function throughFifo<T>(
  path: string,
  write: () => Promise<T>,
): { readonly plain: Readable; readonly written: Promise<T> } {
  const fd = openToRead(path);
  let writing = true;
  const plain = new Readable({
    highWaterMark: pieceBytes,
    read: () => {
      pipe.resume();
    },
    destroy(error, done) {
      pipe.destroy();
      void turnAway(path, () => writing);
      done(error);
    },
  });
  const pieces = intoPieces(plain);
  const pipe = openPipe(fd, pieces.take);
  pipe.once('end', pieces.end);
  pipe.once('error', (error) => plain.destroy(error));

  function drain(): void {
    if (pipe.readableEnded || pipe.destroyed) return;
    const rest = Buffer.allocUnsafeSlow(pipeBytes);
    try {
      for (let count; (count = readSync(fd, rest)) > 0;) pieces.take(rest.subarray(0, count));
      pipe.off('end', pieces.end).destroy();
      pieces.end();
    } catch (error) {
      // Nothing is there, and yet somebody has it open for writing.
      if (systemCode(error) === 'EAGAIN') setTimeout(drain, tryEvery);
      else plain.destroy(error as Error);
    }
  }
  const settled = (): void => {
    writing = false;
    drain();
  };
  const written = write();
  written.then(settled, settled);
  return { plain, written };
}

function openToRead(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

function openPipe(fd: number, take: (bytes: Uint8Array) => boolean): Socket {
  // The types of Node 20 know it of sockets that connect alone.
  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
    ...{ fd, readable: true, writable: false },
    onread: {
      buffer: Buffer.allocUnsafeSlow(pipeBytes),
      callback: (count, buffer) => take(buffer.subarray(0, count)),
    },
  };
  return new Socket(options);
}

/** Hands bytes on in pieces of one size; `take` says whether more are wanted. */
function intoPieces(stream: Readable) {
  let piece = Buffer.allocUnsafeSlow(pieceBytes);
  let filled = 0;
  return {
    take: (bytes: Uint8Array): boolean => {
      let wanted = true;
      for (let at = 0; at < bytes.byteLength;) {
        const taken = bytes.subarray(at, at + pieceBytes - filled);
        piece.set(taken, filled);
        [at, filled] = [at + taken.byteLength, filled + taken.byteLength];
        if (filled < pieceBytes) continue;
        wanted = stream.push(piece);
        [piece, filled] = [Buffer.allocUnsafeSlow(pieceBytes), 0];
      }
      return wanted;
    },
    end: (): void => {
      if (filled > 0) stream.push(piece.subarray(0, filled));
      stream.push(null);
    },
  };
}

/** Opening a FIFO to write waits for a reader: one comes and goes until it has, so that the write after it fails. */
async function turnAway(path: string, writing: () => boolean): Promise<void> {
  while (writing()) {
    try {
      closeSync(openToRead(path));
    } catch {
      return;
    }
    await pause(tryEvery);
  }
}
