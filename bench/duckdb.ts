/**
 * A sealed backup of a DuckDB file against DuckDB's own EXPORT DATABASE, in one run:
 *   npm run build && node dist/bench/duckdb.js [rows, 20000000 by default] [folder]
 * Prints seconds and peak memory (each in a process of its own, in turn, the quickest of three: what a machine gives changes
 * within minutes), and the ratios that are aimed at: to an export without options (CSV), to one with the format and the
 * compression of a backup, and to Parquet without options, which is the quickest and twice as large; for a restore, to the
 * imports of these.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openDatabase } from '../backups/duckdb/database.ts';
import { duckdbAllocator, nodeFlags } from '../runtime/heavy-process.ts';
import { createSealingKeys, openLocalKeyRing, type LocalKeyFiles } from '../stores/keys/local.ts';
import { duckdbBackups } from '../test/support/duckdb-backups.ts';
import { quickerOf } from './ratios.ts';

interface Measured {
  readonly seconds: number;
  /** Of all threads: what counts where others use the processors, too. */
  readonly cpu: number;
  readonly peakMB: number;
  readonly bytes: number;
  readonly id: string;
}

async function compare(rows: number, folder_?: string): Promise<void> {
  const folder = folder_ ?? (await mkdtemp(join(tmpdir(), 'bench-duckdb-')));
  try {
    const source = join(folder, 'hot tier.duckdb');
    await makeSource(source, rows);
    console.log(`${rows} rows × 6 columns, ${megabytes((await stat(source)).size)} MB`);
    await createSealingKeys(keyFiles(folder), { bits: 3072 });
    const quickest = new Map<string, Measured>();
    const measure = async (name: string, step_: string, what?: string): Promise<Measured> => {
      const measured = await run(step_, folder, what);
      quickest.set(name, quickerOf(measured, quickest.get(name) ?? measured));
      return measured;
    };
    for (let round = 0; round < rounds; round++) {
      for (const { options, exported, imported } of peers) {
        await measure(exported, 'export', options);
        await measure(imported, 'import');
      }
      await measure(ours.first, 'first');
      await changeSome(source, rows);
      const { id } = await measure(ours.incremental, 'incremental');
      await measure(ours.restore, 'restore', id);
      await changeSome(source, rows);
      await measure(ours.full, 'full');
    }
    const exports = peers.map(({ exported }) => exported);
    const against = new Map([
      [ours.first, exports],
      [ours.full, exports],
      [ours.incremental, exports],
      [ours.restore, peers.map(({ imported }) => imported)],
    ]);
    for (const [name, each] of quickest) {
      const others = (against.get(name) ?? []).flatMap((peer) => quickest.get(peer) ?? []);
      report(name, each, others);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const rounds = 3;
const peers = ['', '(FORMAT parquet, COMPRESSION zstd)', '(FORMAT parquet)'].map((options) => ({
  options,
  exported: `EXPORT DATABASE ${options}`,
  imported: `IMPORT DATABASE of it, ${options}`,
}));
const ours = {
  first: 'sealed full backup, the first',
  full: 'sealed full backup, 1 % changed since another',
  incremental: 'incremental, 1 % changed',
  restore: 'restore, proven',
};

const keyFiles = (folder: string): LocalKeyFiles => ({
  keyring: join(folder, 'keyring.json'),
  recoveryPublicKey: join(folder, 'recovery.pem'),
});

function report(name: string, measured: Measured, against: readonly Measured[] = []): void {
  const ratios = (of: (each: Measured) => number): string =>
    against.map((each) => (of(measured) / of(each)).toFixed(3)).join(' ');
  const ratio =
    against.length > 0
      ? `  × time ${ratios(({ seconds }) => seconds)}, × CPU ${ratios(({ cpu }) => cpu)}, × memory ${ratios(({ peakMB }) => peakMB)}`
      : '';
  console.log(
    `${name.padEnd(50)} ${measured.seconds.toFixed(2).padStart(7)} s ${measured.cpu.toFixed(2).padStart(7)} s CPU ${measured.peakMB.toFixed(0).padStart(6)} MB peak ` +
      `${megabytes(measured.bytes).padStart(6)} MB${ratio}`,
  );
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** What a step makes in the folder, which is removed before it is made again. */
const makes: Readonly<Record<string, string>> = {
  export: 'export',
  import: 'imported.duckdb',
  first: 'store',
  restore: 'restored-1',
};

async function run(step_: string, folder: string, what = ''): Promise<Measured> {
  const made = makes[step_];
  if (made !== undefined) await rm(join(folder, made), { recursive: true, force: true });
  // What was written before is not to be written at the expense of this one.
  await promisify(execFile)('sync');
  const args = ['child', step_, folder, what];
  // DuckDB's own export and import run as it comes.
  const env = { ...process.env, ...(['export', 'import'].includes(step_) ? {} : duckdbAllocator) };
  const child = fork(fileURLToPath(import.meta.url), args, { execArgv: nodeFlags, env });
  let measured: Measured | undefined;
  child.once('message', (message) => {
    measured = message as Measured;
  });
  await once(child, 'exit');
  if (!measured) throw new Error(`${step_} failed`);
  return measured;
}

async function runChild([step_, folder = '', what = '']: string[]): Promise<void> {
  const file = join(folder, 'hot tier.duckdb');
  const done = (begin: number, result: { bytes?: number; id?: string }): void => {
    const seconds = (performance.now() - begin) / 1000;
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const cpu = (userCPUTime + systemCPUTime) / 1e6;
    process.send?.({ seconds, cpu, peakMB: maxRSS / 1024, bytes: 0, id: '', ...result });
    process.disconnect();
  };
  if (step_ === 'export' || step_ === 'import') {
    const path = step_ === 'export' ? file : join(folder, 'imported.duckdb');
    const target = join(folder, 'export');
    const begin = performance.now();
    const database = await openDatabase({
      path,
      name: 'db',
      memoryLimit: '16GB',
      threads: availableParallelism(),
      spill: join(folder, 'spill'),
    });
    await database.run(
      step_ === 'export' ? `EXPORT DATABASE '${target}' ${what}` : `IMPORT DATABASE '${target}'`,
    );
    if (step_ === 'import') await database.run('CHECKPOINT');
    await database.close();
    done(begin, step_ === 'export' ? { bytes: await bytesIn(target) } : {});
    return;
  }
  const begin = performance.now();
  const keys = await openLocalKeyRing(keyFiles(folder));
  const backups = await duckdbBackups(folder, { file, keys });
  if (step_ === 'restore') {
    await backups.restore(what);
    done(begin, {});
    return;
  }
  const taken = await backups.backup(step_ === 'incremental' ? 'incremental' : 'full');
  done(begin, { bytes: taken.own.reduce((sum, { sealedBytes }) => sum + sealedBytes, 0), id: taken.id });
}

async function bytesIn(folder: string): Promise<number> {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function makeSource(path: string, rows: number): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const database = await openDatabase({ path, name: 'db', memoryLimit: '4GB', threads: 2 });
  await database.run(
    `CREATE TABLE events AS SELECT i AS id, TIMESTAMP '2026-01-01' + to_microseconds(i * 37000 + (hash(i) % 30000)::BIGINT) AS moment,
       (hash(i) % 1000)::INTEGER AS tenant, (hash(i + 1) % 1000000) / 100::DOUBLE AS amount, md5(i::VARCHAR) AS reference,
       ['payment', 'refund', 'chargeback', 'transfer', 'fee'][1 + (hash(i + 3) % 5)::INTEGER] || ' of order ' ||
         (hash(i + 4) % 1000000)::VARCHAR || ' by ' || ['card', 'bank', 'wallet'][1 + (hash(i + 5) % 3)::INTEGER] AS note
     FROM range(${rows}) r(i)`,
  );
  await database.close();
}

/** Half of them new rows, half updates of a part of the table. */
async function changeSome(path: string, rows: number): Promise<void> {
  const database = await openDatabase({ path, name: 'db', memoryLimit: '4GB', threads: 2 });
  const some = Math.floor(rows / 200);
  await database.run(`UPDATE events SET amount = amount + 1 WHERE id >= ${some * 20} AND id < ${some * 21}`);
  await database.run(
    `INSERT INTO events SELECT id + ${rows}, moment, tenant, amount, reference, note FROM events LIMIT ${some}`,
  );
  await database.close();
}

const [step, ...args] = process.argv.slice(2);
if (step === 'child') await runChild(args);
else await compare(Number(step ?? 20_000_000), args[0]);
