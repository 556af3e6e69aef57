import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rowCount } from '../../../backups/parquet/row-count.ts';
import { writeParquet } from '../../support/parquet-archive.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

async function footerOf(rows: number): Promise<Buffer> {
  const folder = await scratch();
  await writeParquet(folder, { 'x.parquet': rows });
  const content = await readFile(join(folder, 'x.parquet'));
  return content.subarray(content.length - 8 - content.readUInt32LE(content.length - 8), -8);
}

describe('the row count of a Parquet footer', () => {
  it.each([0, 1, 63, 64, 300_000])('is what DuckDB wrote: %d', async (rows) => {
    expect(rowCount(await footerOf(rows))).toBe(rows);
  });

  it('is unknown, never an error, for anything else', async () => {
    const footer = await footerOf(3);
    expect(rowCount(new Uint8Array())).toBeNull();
    fc.assert(
      fc.property(fc.nat(footer.length - 1), fc.nat(255), (at, value) => {
        const other = Buffer.from(footer);
        other[at] = value;
        const rows = rowCount(other);
        return rows === null || (Number.isSafeInteger(rows) && rows >= 0);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const rows = rowCount(bytes);
        return rows === null || rows >= 0;
      }),
    );
  });
});
