import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { detailsOf } from '../../../backups/duckdb/manifest.ts';
import { quoteName } from '../../../backups/duckdb/sql-text.ts';
import { duckdbBackups, withDatabase } from '../../support/duckdb-backups.ts';
import { differencesBetween } from '../../support/duckdb-compare.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { changes, createSource, type Step } from './random-changes/source.ts';

const scratch = scratchFolders();
const soak = process.env['SOAK'] === '1';

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...Object.keys(changes)),
  seed: fc.nat(),
  how: fc.oneof(
    { weight: 8, arbitrary: fc.constant('alone' as const) },
    { weight: 1, arbitrary: fc.constantFrom('rolled back', 'checkpointed', 'closed after') },
  ),
});
const first = ['createTable', 'createTable', 'insertMany', 'insertFew', 'createReferring'] as const;
const history = fc.record({
  storageVersion: fc.constantFrom('v1.0.0', 'v1.2.0', 'v1.4.0', 'v1.5.0'),
  begin: fc.tuple(...first.map((what) => fc.nat().map((seed): Step => ({ what, seed, how: 'alone' })))),
  rounds: fc.array(
    fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: soak ? 12 : 8 }),
      scope: fc.constantFrom('full', 'incremental', 'incremental', 'incremental'),
    }),
    soak ? { minLength: 2, maxLength: 5 } : { minLength: 2, maxLength: 2 },
  ),
});

it('restores every backup of a chain to exactly what the source held', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ storageVersion, begin, rounds }) => {
      const folder = await scratch();
      const backups = await duckdbBackups(folder, { file: join(folder, 'source', 'hot tier.duckdb') });
      await mkdir(join(folder, 'source'));
      const source = createSource(backups.file, storageVersion);
      const held: {
        readonly id: string;
        readonly copy: string;
        readonly broken: readonly string[];
        readonly signed: boolean;
      }[] = [];
      try {
        for (const each of begin) await source.apply(each);
        for (const [round, { steps, scope }] of rounds.entries()) {
          for (const each of steps) await source.apply(each);
          const copy = await source.copyTo(join(folder, `held-${round}`));
          if (!(await opens(copy))) {
            await expect(backups.backup(scope)).rejects.toMatchObject({ code: 'source-unreadable' });
            break;
          }
          const { id, manifest } = await backups.backup(scope);
          const details = detailsOf(manifest);
          const { differences, broken } = details.catalogue;
          const [views, tables] = [await brokenViews(copy), await brokenTables(copy)];
          expect(differences.filter((line) => !mentions(line, tables))).toEqual([]);
          const macros = broken
            .filter(({ kind }) => kind === 'macro')
            .map(({ schema, name }) => `${schema}.${name}`);
          const claimed = broken.filter(({ kind }) => kind === 'view');
          expect(claimed.map(({ schema, name }) => `${schema}.${name}`).sort()).toEqual([...views].sort());
          const signed = details.tables.some(({ plain }) => plain !== null);
          held.push({ id, copy, broken: [...views, ...tables, ...macros], signed });
        }
        await source.close();
        for (const { id, copy, broken, signed } of held) {
          const { path } = await backups.restore(id);
          const ignore = (line: string): boolean => mentions(line, broken);
          expect(await differencesBetween(copy, path, ignore, signed ? 'unified' : 'exact')).toEqual([]);
        }
      } catch (error) {
        throw new Error(`after:\n${source.log.join(';\n')}`, { cause: error });
      } finally {
        await source.close();
        await rm(folder, { recursive: true });
      }
    }),
    { numRuns: soak ? 2000 : 2, interruptAfterTimeLimit: soak ? 25 * 60_000 : 60_000, endOnFailure: true },
  );
}, 3_600_000);

/** Whether a line about the catalogue, as DuckDB writes a row, has one of the names (`schema.name`). */
function mentions(line: string, names: readonly string[]): boolean {
  const plain = line.replaceAll('\\', '').replaceAll('""', '"');
  return names.some((name) => plain.includes(name.replace(/^[^.]*\./, '')));
}

/** DuckDB writes logs that it cannot replay (a comment on a column that a view has got since): nobody reads those. */
function opens(path: string): Promise<boolean> {
  return withDatabase(path, () => Promise.resolve(true)).catch((error: unknown) => {
    if (String(error).includes('WAL')) return false;
    throw error;
  });
}

/** Views that cannot be read in the source itself, by `schema.name`. */
function brokenViews(path: string): Promise<ReadonlySet<string>> {
  return withDatabase(path, async (database) => {
    const found = new Set<string>();
    for (const { schema, name } of await database.rows(
      `SELECT schema_name AS schema, view_name AS name FROM duckdb_views()
       WHERE database_name = current_database() AND NOT internal AND NOT temporary`,
    )) {
      if (typeof schema !== 'string' || typeof name !== 'string') continue;
      try {
        await database.run(`SELECT * FROM ${quoteName(schema)}.${quoteName(name)} LIMIT 0`);
      } catch {
        found.add(`${schema}.${name}`);
      }
    }
    return found;
  });
}

/** Tables with NULLs in a column that is NOT NULL: DuckDB lets a change of type make them. */
function brokenTables(path: string): Promise<readonly string[]> {
  return withDatabase(path, async (database) => {
    const found: string[] = [];
    for (const { table, schema, column } of await database.rows(
      `SELECT table_name AS "table", schema_name AS schema, constraint_column_names[1] AS column FROM duckdb_constraints()
       WHERE database_name = current_database() AND constraint_type = 'NOT NULL'`,
    )) {
      if (typeof table !== 'string' || typeof schema !== 'string' || typeof column !== 'string') continue;
      const address = `${quoteName(schema)}.${quoteName(table)}`;
      const [row] = await database.rows(
        `SELECT count(*) - count(${quoteName(column)}) AS nulls FROM ${address}`,
      );
      if (row?.['nulls'] !== 0n) found.push(`${schema}.${table}`);
    }
    return found;
  });
}
