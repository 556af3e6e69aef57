import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type Fingerprint, fingerprintAll } from '../../../../backups/duckdb/data/fingerprint.ts';
import type { Database } from '../../../../backups/duckdb/database.ts';
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

it('is the same before and after a checkpoint, which lays a VARIANT down in another way', async () => {
  const types = { v: 'VARIANT', l: 'VARIANT[]' };
  const all = Object.entries(types).map(([name, type]) => ({ name, type }));
  const path = join(await scratch(), 'source.duckdb');
  const both = (database: Database): Promise<Fingerprint[]> =>
    Promise.all((['exact', 'plain'] as const).map((how) => fingerprintAll(database, 't', all, how)));
  const [before, after, changed] = await withDatabase(
    path,
    async (database) => {
      await database.run(
        `CREATE TABLE t AS SELECT if(i % 2 = 0, i::VARIANT, {'b': INTERVAL '-1 month', 'a': [i, NULL]}::VARIANT) AS v,
           [v, NULL] AS l FROM range(40000) r(i)`,
      );
      const fresh = await both(database);
      await database.run('CHECKPOINT');
      const kept = await both(database);
      await database.run("UPDATE t SET l = ['x'::VARIANT] WHERE rowid = 3");
      return [fresh, kept, await both(database)];
    },
    'v1.5.0',
  );
  expect(after).toEqual(before);
  expect(changed[0]).not.toEqual(before[0]);
  expect(changed[1]).not.toEqual(before[1]);
});

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
