import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type Fingerprint, fingerprintAll } from '../../../../backups/duckdb/data/fingerprint.ts';
import { withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const columns = ['a', 'b', 'c'].map((name) => ({ name, type: 'BIGINT' }));

async function fingerprints(tables: readonly string[]): Promise<Fingerprint[]> {
  return withDatabase(join(await scratch(), 'source.duckdb'), async (database) => {
    const found: Fingerprint[] = [];
    for (const rows of tables)
      found.push(await fingerprintAll(database, `(VALUES ${rows}) t(a, b, c)`, columns));
    return found;
  });
}

it('is that of the rows, whatever their order', async () => {
  const [one, other] = await fingerprints(['(1, 2, 3), (4, 5, 6)', '(4, 5, 6), (1, 2, 3)']);
  expect(one).toEqual(other);
});

it.each([
  ['the last column of two rows is exchanged', '(1, 2, 3), (4, 5, 6)', '(1, 2, 6), (4, 5, 3)'],
  ['the first column of two rows is exchanged', '(1, 2, 3), (4, 5, 6)', '(4, 2, 3), (1, 5, 6)'],
  ['two columns of a row are exchanged', '(1, 2, 3), (4, 5, 6)', '(1, 3, 2), (4, 5, 6)'],
  ['a NULL moves to the next column', '(1, NULL, 3)', '(1, 3, NULL)'],
])('changes in sum and in xor when %s', async (_, before, after) => {
  const [one, other] = await fingerprints([before, after]);
  expect(one?.sum).not.toBe(other?.sum);
  expect(one?.xor).not.toBe(other?.xor);
});

it('changes in its sum when two equal rows become two other equal rows', async () => {
  const [one, other] = await fingerprints(['(1, 2, 3), (1, 2, 3)', '(7, 8, 9), (7, 8, 9)']);
  expect(one?.xor).toBe('0');
  expect(one?.sum).not.toBe(other?.sum);
});
