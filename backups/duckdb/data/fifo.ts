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
      if (writing) pipe.resume();
    },
    destroy(error, done) {
      pipe.destroy();
      void turnAway(path, () => writing);
      done(error);
    },
  });
  const pieces = intoPieces(plain);
  const pipe = openPipe(fd, pieces);
  pipe.once('end', pieces.end);
  pipe.once('error', (error) => plain.destroy(error));

  function drain(): void {
    if (pipe.readableEnded || pipe.destroyed) return;
    // Else it would go on reading into the room that it was given before.
    pipe.pause();
    try {
      for (let count; (count = readSync(fd, pieces.room())) > 0;) pieces.take(count);
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

function openPipe(fd: number, { room, take }: Pieces): Socket {
  // The types of Node 20 know it of sockets that connect alone.
  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
    ...{ fd, readable: true, writable: false },
    onread: { buffer: room, callback: take },
  };
  return new Socket(options);
}

interface Pieces {
  /** Where the next bytes belong. */
  readonly room: () => Uint8Array;
  /** So many bytes stand there now; whether more are wanted. */
  readonly take: (count: number) => boolean;
  readonly end: () => void;
}

/** Hands bytes on in pieces of one size, each read where it is handed on. */
function intoPieces(stream: Readable): Pieces {
  let piece = Buffer.allocUnsafeSlow(pieceBytes);
  let filled = 0;
  return {
    room: () => piece.subarray(filled, filled + pipeBytes),
    take: (count) => {
      filled += count;
      if (filled < pieceBytes) return true;
      const full = piece;
      [piece, filled] = [Buffer.allocUnsafeSlow(pieceBytes), 0];
      return stream.push(full);
    },
    end: () => {
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
