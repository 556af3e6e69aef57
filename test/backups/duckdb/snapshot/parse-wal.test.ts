import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openDatabase } from '../../../../backups/duckdb/database.ts';
import { checksum as checksumOf } from '../../../../backups/duckdb/snapshot/checksum.ts';
import { parseWal, walInMemory, type Wal } from '../../../../backups/duckdb/snapshot/parse-wal.ts';
import { openWal } from '../../../../backups/duckdb/snapshot/wal-file.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const parse = (bytes: Uint8Array): Wal => parseWal(walInMemory(bytes));

/** The log of a file after each of the statements, while it is still open. */
async function logs(statements: readonly string[], storageVersion = 'v1.0.0'): Promise<Buffer[]> {
  const folder = await scratch();
  const path = join(folder, 'a.duckdb');
  const database = await openDatabase({ path, name: 'a', memoryLimit: '200MB', storageVersion });
  try {
    const found: Buffer[] = [];
    for (const sql of statements) {
      await database.run(sql);
      await copyFile(`${path}.wal`, join(folder, 'copy'));
      found.push(await readFile(join(folder, 'copy')));
    }
    return found;
  } finally {
    await database.close();
  }
}

const manyKinds = [
  'CREATE SCHEMA s',
  "CREATE TYPE mood AS ENUM ('a', 'b')",
  'CREATE SEQUENCE q',
  "CREATE TABLE t (i INTEGER PRIMARY KEY, m mood, v VARCHAR DEFAULT 'x')",
  "INSERT INTO t SELECT i, 'a', 'v' || i FROM range(3000) r(i)",
  'UPDATE t SET v = NULL WHERE i < 10',
  'DELETE FROM t WHERE i > 2990',
  'CREATE INDEX x ON t (v)',
  'CREATE VIEW w AS SELECT * FROM t',
  'CREATE MACRO f(a) AS a + 1',
  "COMMENT ON TABLE t IS 'it'",
  "SELECT nextval('q')",
  'DROP VIEW w',
  "CREATE TABLE wide AS SELECT repeat('y', 1000) AS y FROM range(60)",
];

it.each(['v1.0.0', 'v1.2.0', 'v1.4.0', 'v1.5.0'])(
  'reads every kind of entry whole, of storage %s',
  async (version) => {
    const found = await logs(manyKinds, version);
    for (const log of found) {
      const wal = parse(log);
      expect(wal).toMatchObject({ committed: log.length, checkpoint: false, flaw: undefined });
      expect(wal.iteration === undefined).toBe(version < 'v1.4.0');
    }
  },
);

it('tells the log after one checkpoint from the log after the next', async () => {
  const found = await logs(
    [
      'CREATE TABLE t (i INTEGER)',
      'CHECKPOINT; INSERT INTO t VALUES (1)',
      'CHECKPOINT; INSERT INTO t VALUES (2)',
    ],
    'v1.5.0',
  );
  const iterations = found.map((log) => Number(parse(log).iteration));
  const [first = NaN] = iterations;
  expect(iterations).toEqual([first, first + 1, first + 2]);
});

it('keeps to the last whole commit when the end is torn, wherever it is torn', async () => {
  const found = await logs(manyKinds);
  const ends = found.map((log) => log.length);
  const whole = found.at(-1);
  if (!whole) throw new Error('no log');
  for (let cut = 0; cut < whole.length; cut += cut < 2000 ? 1 : 4999) {
    const wal = parse(whole.subarray(0, cut));
    const before = Math.max(0, ...ends.filter((end) => end <= cut));
    expect(wal.committed <= cut).toBe(true);
    expect(wal.committed).toBeGreaterThanOrEqual(before);
    expect([undefined, 'torn']).toContain(wal.flaw);
  }
});

it('finds any changed byte of an entry', async () => {
  const [first, whole] = await logs(['CREATE TABLE t (i INTEGER)', 'INSERT INTO t VALUES (1), (2)']);
  if (!first || !whole) throw new Error('no log');
  for (let at = first.length + 8; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at);
    expect(parse(damaged)).not.toEqual(parse(whole));
  }
});

it('sees the marker of a checkpoint', () => {
  const header = Buffer.from('640062650002ffff', 'hex');
  // Fields 100 (type 99) and end; its checksum is computed by the parser's own, which is tested against its definition.
  const payload = Buffer.from('640063ffff', 'hex');
  const entry = Buffer.alloc(16);
  entry.writeBigUInt64LE(5n, 0);
  for (const [sum, expected] of [
    [checksumOf(payload), { checkpoint: true, flaw: undefined }],
    [1n, { checkpoint: false, flaw: 'checksum' }],
  ] as const) {
    entry.writeBigUInt64LE(sum, 8);
    expect(parse(Buffer.concat([header, entry, payload]))).toMatchObject(expected);
  }
});

it('never throws and never claims more than there is, whatever the bytes', async () => {
  const whole = (await logs(manyKinds.slice(0, 8), 'v1.5.0')).at(-1) ?? Buffer.alloc(0);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(whole.length),
      fc.uint8Array({ maxLength: 64 }),
      (changes, cut, tail) => {
        const bytes = Buffer.concat([whole.subarray(0, cut), tail]);
        for (const [at, value] of changes) if (at < bytes.length) bytes.writeUInt8(value, at);
        const wal = parse(bytes);
        expect(wal.committed).toBeLessThanOrEqual(bytes.length);
        expect(wal.committed).toBeGreaterThanOrEqual(wal.header);
      },
    ),
    { numRuns: process.env['SOAK'] === '1' ? 5000 : 200, seed: 7 },
  );
});

it('reads a log of many megabytes through its window', async () => {
  const folder = await scratch();
  const path = join(folder, 'a.duckdb');
  const database = await openDatabase({ path, name: 'a', memoryLimit: '400MB' });
  try {
    await database.run("SET wal_autocheckpoint = '1GB'");
    await database.run('CREATE TABLE t (b VARCHAR)');
    await database.run("INSERT INTO t SELECT repeat('z', 10000) || i FROM range(300) r(i)");
    await database.run("INSERT INTO t SELECT repeat('ü', 3000000) FROM range(2)");
    const source = openWal(`${path}.wal`);
    if (source === undefined) throw new Error('there is no log');
    try {
      expect(source.size).toBeGreaterThan(10_000_000);
      expect(parseWal(source)).toEqual(parse(await readFile(`${path}.wal`)));
      expect(parseWal(source)).toMatchObject({ committed: source.size, flaw: undefined });
    } finally {
      source.close();
    }
  } finally {
    await database.close();
  }
  // Closing has merged it: a writer removes its log at any moment.
  expect(openWal(`${path}.wal`)).toBeUndefined();
});
