import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Selection } from '../../../../backups/backup-restorer.ts';
import { createDuckdbRestorer } from '../../../../backups/duckdb/restorer.ts';
import { errorCode } from '../../../../errors/coded-error.ts';
import { duckdbBackups, restoreMemory, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const tenants = ['aaaaaaaa-0000-4000-8000-00000000000a', '22222222-0000-4000-8000-000000000000'];
const [mine = '', other = ''] = tenants;

/** Tables with the column (one under another case, one that refers to itself), and others that refer to them. */
const shop = [
  'CREATE TABLE countries (code VARCHAR PRIMARY KEY, name VARCHAR)',
  "INSERT INTO countries VALUES ('de', 'Germany'), ('fr', 'France')",
  'CREATE TABLE customers (id INTEGER PRIMARY KEY, tenant_id UUID, country VARCHAR REFERENCES countries(code), boss INTEGER REFERENCES customers(id), score DOUBLE)',
  `INSERT INTO customers SELECT i, CASE i % 3 WHEN 0 THEN '${mine}' WHEN 1 THEN '${other}' END, 'de', NULL, '-0.0'::DOUBLE FROM range(3000) r(i)`,
  `INSERT INTO customers SELECT i + 300000, '${mine}', 'fr', 3 * (i - 300000), i / 7 FROM range(300000, 300010) r(i)`,
  'CREATE TABLE orders (id INTEGER PRIMARY KEY, "Tenant_ID" VARCHAR, customer INTEGER REFERENCES customers(id))',
  `INSERT INTO orders SELECT i, '${mine}', i * 3 FROM range(1000) r(i)`,
  `INSERT INTO orders SELECT i + 5000, '${other}', i * 3 + 1 FROM range(1000) r(i)`,
  'CREATE TABLE lines (order_id INTEGER REFERENCES orders(id), country VARCHAR REFERENCES countries(code), text VARCHAR)',
  "INSERT INTO lines SELECT id, 'fr', 'line of ' || id FROM orders",
  "INSERT INTO lines VALUES (NULL, NULL, 'of nobody')",
  `CREATE TABLE visits AS SELECT i, CASE i % 3 WHEN 0 THEN '${mine}' ELSE '${other}' END AS tenant_id FROM range(130000) r(i)`,
  "CREATE TABLE settings AS SELECT 'a' AS key, 1 AS value",
];

async function backedUp(statements: readonly string[] = shop) {
  const folder = await scratch();
  const backups = await duckdbBackups(folder);
  await backups.change(statements);
  await backups.backup('full');
  await backups.change(["INSERT INTO settings VALUES ('b', 2)"]);
  const { id } = await backups.backup('incremental');
  const rows = async (selection: Selection) =>
    Object.fromEntries((await backups.restore(id, selection)).tables.map(({ name, rows }) => [name, rows]));
  const outline = async (selection: Selection) =>
    (await createDuckdbRestorer(backups.catalog, restoreMemory).outline(id, selection)).lines;
  return { backups, folder, id, rows, outline };
}

const tenant = { id: mine.toUpperCase(), column: 'TENANT_id' };

describe('a restore of one tenant', () => {
  it('brings back its rows, what they refer to, and nothing of another tenant; keys hold', async () => {
    const { backups, id, outline } = await backedUp();
    const lower = { id: mine, column: 'tenant_id' };
    const { tables, path } = await backups.restore(id, { tenant: lower });
    expect(Object.fromEntries(tables.map(({ name, rows }) => [name, rows]))).toEqual({
      ...{ countries: 2, customers: 1010, orders: 1000, visits: 43_334 },
    });
    const found = await withDatabase(path, (db) =>
      db.rows(
        `SELECT (SELECT count(DISTINCT tenant_id) FROM customers)::INTEGER AS tenants,
          (SELECT count(*) FROM customers WHERE signbit(score))::INTEGER AS zeros,
          (SELECT count(*) FROM orders JOIN customers c ON customer = c.id)::INTEGER AS whole`,
      ),
    );
    expect(found).toEqual([{ tenants: 1, zeros: 1000, whole: 1000 }]);
    const [own = '', ...others] = await outline({ tenant: lower });
    expect(own).toMatch(new RegExp(`only rows with tenant_id ${mine}: .*main.visits`));
    expect(others).toEqual([
      'whole, without that column: main.countries',
      'left out, without that column (a generated one does not count; --tables names more): main.settings, main.lines',
    ]);
  });

  it('takes named tables without the column: whole, or those rows whose keys lead to the tenant', async () => {
    const { rows, outline } = await backedUp();
    const selection = { tenant, tables: ['lines', 'settings'] };
    await expect(rows(selection)).resolves.toEqual({
      ...{ countries: 2, customers: 1010, orders: 0 },
      ...{ lines: 0, settings: 2 },
    });
    const lower = { tenant: { id: mine, column: 'tenant_id' }, tables: ['lines', 'settings'] };
    await expect(rows(lower)).resolves.toMatchObject({ orders: 1000, lines: 1000, settings: 2 });
    expect((await outline(selection))[1]).toBe('only rows whose foreign keys lead to these: main.lines');
  });

  it('says which tables have the column, and that nobody is this tenant', async () => {
    const { rows, folder } = await backedUp();
    const before = await readdir(folder);
    const refused = (selection: Selection) => rows(selection).catch((error: unknown) => error);
    expect(await refused({ tenant: { id: mine, column: 'owner' } })).toMatchObject({
      code: 'invalid-request',
      facts: { allowed: expect.arrayContaining(['code', 'tenant_id', 'Tenant_ID']) as unknown },
    });
    expect(await refused({ tenant, tables: ['settings'] })).toMatchObject({
      code: 'invalid-request',
      facts: { allowed: expect.arrayContaining(['main.orders', 'main.visits']) as unknown },
    });
    expect(await refused({ tenant: { id: 'nobody', column: 'tenant_id' } })).toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('is no UUID') as unknown,
    });
    const unknown = { id: '33333333-0000-4000-8000-000000000000', column: 'tenant_id' };
    expect(await refused({ tenant: unknown })).toMatchObject({ code: 'tenant-not-found' });
    const made = (await readdir(folder)).filter((name) => !before.includes(name));
    for (const name of made) expect(await readdir(join(folder, name))).toEqual([]);
  });

  it('says that a generated column does not count', async () => {
    const { rows, outline } = await backedUp([
      'CREATE TABLE settings (key VARCHAR, value INTEGER)',
      "CREATE TABLE made (key VARCHAR, tenant VARCHAR AS (split_part(key, ':', 1)))",
      "CREATE TABLE stored AS SELECT 'a' AS tenant",
    ]);
    const generated = { id: 'a', column: 'tenant' };
    expect((await outline({ tenant: generated })).at(-1)).toMatch(
      /a generated one does not count.*: main.made, main.settings$/,
    );
    await expect(rows({ tenant: generated, tables: ['made'] })).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('generated does not count') as unknown,
    });
  });

  it('refuses to break a foreign key between tenants', async () => {
    const { rows } = await backedUp([...shop, `INSERT INTO orders VALUES (9999, '${mine}', 1)`]);
    await expect(rows({ tenant: { id: mine, column: 'tenant_id' } })).rejects.toMatchObject({
      code: 'tenant-not-separable',
      facts: { table: 'main.orders' },
    });
  });
});

it('takes a number for the tenant that it is, and never for the one that it is rounded to', async () => {
  const { rows } = await backedUp([
    'CREATE TABLE settings (key VARCHAR, value INTEGER)',
    'CREATE TABLE t (i INTEGER, u UBIGINT, h HUGEINT, d DECIMAL(10, 2), f DOUBLE)',
    `INSERT INTO t VALUES (2, 18446744073709551615, 12345678901234567890123456789012345678, 1.01, 0.1), (3, 0, 0, 0, 0)`,
  ]);
  const of = (column: string, id: string) =>
    rows({ tenant: { id, column } }).catch((error: unknown) => errorCode(error));
  for (const [column, ...ids] of [
    ['i', '2', '2e0', '2.00', ' 2', '02'],
    ['u', '18446744073709551615'],
    ['h', '12345678901234567890123456789012345678'],
    ['d', '1.01', '1.010'],
    ['f', '0.1'],
  ] as const)
    for (const id of ids) expect([id, await of(column, id)]).toEqual([id, { t: 1 }]);
  for (const [column, id] of [
    ['i', '1.5'],
    ['u', '0.4'],
    ['h', '0.1'],
    ['d', '1.0099'],
    ['i', 'two'],
  ] as const)
    expect([id, await of(column, id)]).toEqual([id, 'invalid-request']);
});
