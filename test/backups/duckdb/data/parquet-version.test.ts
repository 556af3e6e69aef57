import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parquetVersion } from '../../../../backups/duckdb/data/parquet-version.ts';
import { withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();

const columns = [
  ['INTEGER', '-1073741824', '1073741823', 'v2'],
  ['INTEGER', '-1073741824', '1073741824', 'v1'],
  ['UINTEGER', '0', '2147483647', 'v2'],
  ['UINTEGER', '2147483647', '2147483648', 'v1'],
  ['DATE', "'1900-01-01'", "'2100-01-01'", 'v2'],
  ['DATE', "'2000-01-01'", "'infinity'", 'v2'],
  ['DATE', "'-infinity'", "'infinity'", 'v1'],
  ['BIGINT', "'-9223372036854775808'", "'9223372036854775807'", 'v2'],
  ['UBIGINT', '0', '18446744073709551615', 'v2'],
  ['DECIMAL(9, 2)', '-9999999.99', '9999999.99', 'v2'],
  ['TIMESTAMP', "'-infinity'", "'infinity'", 'v2'],
  ['INTEGER[]', '[1]', '[2]', 'v1'],
  ['STRUCT(d DATE)', "{'d': DATE '2000-01-01'}", 'NULL', 'v1'],
  ['BIGINT[]', '[1]', 'NULL', 'v2'],
  ['INTEGER', 'NULL', 'NULL', 'v2'],
] as const;

it('writes Parquet v2 where all values lie as close together as every reader can read them', async () => {
  const found = await withDatabase(join(await scratch(), 'source.duckdb'), async (database) => {
    const versions: string[] = [];
    for (const [index, [type, least, most]] of columns.entries()) {
      const table = { schema: 'main', name: `t${index}`, columns: [{ name: 'a "v"', type }] };
      await database.run(
        `CREATE TABLE t${index} AS SELECT unnest([${least}::${type}, ${most}::${type}]) AS "a ""v"""`,
      );
      versions.push(await parquetVersion(database, table, 'v2'));
    }
    return versions;
  });
  expect(found).toEqual(columns.map(([, , , version]) => version));
});
