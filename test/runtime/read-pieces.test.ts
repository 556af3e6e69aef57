import { randomBytes } from 'node:crypto';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readPieces } from '../../runtime/read-pieces.ts';
import { scratchFolders } from '../support/scratch.ts';

const scratch = scratchFolders();
const bytes = randomBytes(2500);

async function opened(): Promise<FileHandle> {
  const path = join(await scratch(), 'file');
  await writeFile(path, bytes);
  return open(path, 'r');
}

async function all(handle: FileHandle, from?: number): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for await (const piece of readPieces(handle, 1000, from)) pieces.push(Buffer.from(piece));
  await handle.close();
  return pieces;
}

describe('the pieces of a file', () => {
  it.each([0, 1, 500, 2499, 2500])('are whole but for the last, from byte %d on', async (from) => {
    const pieces = await all(await opened(), from);
    expect(Buffer.concat(pieces)).toEqual(bytes.subarray(from));
    for (const piece of pieces.slice(0, -1)) expect(piece).toHaveLength(1000);
  });

  it('are whole where the system gives less than was asked for', async () => {
    const handle = await opened();
    const read = handle.read.bind(handle) as (...values: unknown[]) => Promise<unknown>;
    const short = (buffer: Buffer, offset: number, length: number, position: number) =>
      read(buffer, offset, Math.min(length, 300), position);
    Object.assign(handle, { read: short });
    const pieces = await all(handle);
    expect(pieces.map(({ length }) => length)).toEqual([1000, 1000, 500]);
    expect(Buffer.concat(pieces)).toEqual(bytes);
  });

  it('leave no read under way when one is enough', async () => {
    const handle = await opened();
    let under = 0;
    const read = handle.read.bind(handle) as (...values: unknown[]) => Promise<unknown>;
    Object.assign(handle, {
      read: async (...values: unknown[]) => {
        under += 1;
        const answer = await read(...values);
        under -= 1;
        return answer;
      },
    });
    for await (const piece of readPieces(handle, 1000)) {
      expect(piece).toEqual(bytes.subarray(0, 1000));
      break;
    }
    expect(under).toBe(0);
    await handle.close();
  });

  it('end with what the system refused', async () => {
    const handle = await opened();
    handle.read = () => Promise.reject(new Error('EIO'));
    await expect(all(handle)).rejects.toThrow('EIO');
    await handle.close();
  });
});
