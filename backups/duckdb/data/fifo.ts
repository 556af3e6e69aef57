import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** Node has no call for it; coreutils does. */
export async function makeFifos(paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await promisify(execFile)('mkfifo', ['-m', '600', '--', ...paths]);
}

/**
 * The reading end of a FIFO. It is opened without waiting for a writer, and read by the event loop: no thread of
 * libuv's four is taken, and a writer that never comes leaves nothing hanging. Ends when the writer has closed, which
 * says nothing about its success.
 */
export function readFifo(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
