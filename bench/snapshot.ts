/**
 * A guarded snapshot of a DuckDB file, with the digests of its blocks as a backup takes them, beside an application that
 * writes to it (targets: the writer under 5 % slower):
 *   npm run build && node dist/bench/snapshot.js [megabytes of the file, 1000 by default] [seconds a phase, 20] [pause in ms, 5000]
 * The writer commits small transactions as fast as it can, in another process; phases with and without snapshots alternate.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createBlockDigests, createDigestKey } from '../backups/duckdb/data/block-digests.ts';
import { openDatabase } from '../backups/duckdb/database.ts';
import { guardedSnapshot } from '../backups/duckdb/snapshot/guarded-snapshot.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { giveWay } from '../runtime/give-way.ts';
import { quantile } from './ratios.ts';

/** Milliseconds of each commit, in order; sent every 100 ms. */
async function write(path: string): Promise<void> {
  const database = await openDatabase({ path, name: 'live', memoryLimit: '500MB', threads: 1 });
  let latencies: number[] = [];
  setInterval(() => {
    if (process.connected) process.send?.(latencies);
    latencies = [];
  }, 100);
  for (let n = 0; process.connected; n++) {
    const start = performance.now();
    await database.run(
      `INSERT INTO commits VALUES (${n}); UPDATE rows SET v = v + 1 WHERE i = ${(n * 7919) % 100_000}`,
    );
    latencies.push(performance.now() - start);
  }
  await database.close();
  process.exit(0);
}

async function measure(megabytes: number, seconds: number, between: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-snapshot-'));
  const path = join(folder, 'live.duckdb');
  await fill(path, megabytes);
  const writer = fork(fileURLToPath(import.meta.url), ['write', path]);
  // As a worker does.
  giveWay(loadConfiguration({ environment: {} }).worker.niceness);
  const commits: Record<'without' | 'with', number[]> = { without: [], with: [] };
  let phase: 'without' | 'with' | undefined;
  writer.on('message', (latencies: number[]) => {
    if (phase !== undefined) commits[phase].push(...latencies);
  });
  const snapshots: number[] = [];
  const digested: number[] = [];
  let tries = 0;
  let method = '';
  try {
    await pause(3000);
    for (let round = 0; round < 3; round++)
      for (phase of ['without', 'with'] as const) {
        const end = performance.now() + seconds * 1000;
        while (phase === 'with' && performance.now() < end) {
          const start = performance.now();
          const copy = join(folder, 'copy.duckdb');
          const how = { signal: new AbortController().signal, progress: () => undefined };
          const digests = createBlockDigests({ key: Promise.resolve(createDigestKey()), ...how });
          const taken = await guardedSnapshot(path, copy, {
            ...how,
            patience: 60_000,
            beside: digests.beside,
          });
          snapshots.push(performance.now() - start);
          digests.over(copy);
          await digests.current();
          digested.push(performance.now() - start);
          tries += taken.tries;
          method = taken.method;
          await pause(between);
        }
        await pause(Math.max(0, end - performance.now()));
      }
    phase = undefined;
    const size = (await stat(path)).size / 1e6;
    const ms = (q: number, samples: readonly number[]): string => quantile(samples, q).toFixed(1);
    console.log(`${size.toFixed(0)} MB, ${snapshots.length} snapshots (${method}) in ${tries} tries`);
    for (const [name, samples] of Object.entries({ snapshot: snapshots, digested }))
      console.log(`${name}  median ${ms(0.5, samples)} ms, p95 ${ms(0.95, samples)} ms`);
    const mean = (samples: readonly number[]): number =>
      samples.reduce((sum, each) => sum + each, 0) / samples.length;
    for (const [name, samples] of Object.entries(commits))
      console.log(
        `commits ${name} snapshots: ${samples.length}, mean ${mean(samples).toFixed(2)} ms, median ${ms(0.5, samples)}, p95 ${ms(0.95, samples)}, p99 ${ms(0.99, samples)}`,
      );
    const slower = (mean(commits.with) / mean(commits.without) - 1) * 100;
    console.log(`writer slower by ${slower.toFixed(1)} % (mean of a commit)`);
  } finally {
    const ended = once(writer, 'exit');
    writer.disconnect();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(path: string, megabytes: number): Promise<void> {
  const database = await openDatabase({ path, name: 'live', memoryLimit: '1GB', spill: `${path}.spill` });
  await database.run('CREATE TABLE commits (n BIGINT)');
  await database.run('CREATE TABLE rows AS SELECT i, 0 AS v FROM range(100000) r(i)');
  await database.run(
    `CREATE TABLE bulk AS SELECT hash(i) AS a, hash(i + 1) AS b FROM range(${Math.floor(megabytes * 62_500)}) r(i)`,
  );
  await database.run('CHECKPOINT');
  await database.close();
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'write') await write(rest[0] ?? '');
else await measure(Number(first ?? 1000), Number(rest[0] ?? 20), Number(rest[1] ?? 5000));
