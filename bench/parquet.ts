/**
 * Backs up a Parquet archive of 100 files and 800 MB into a folder, beside restic and rclone crypt where they are
 * installed: fresh, and again without a change, in turn. Ours hashes, seals, syncs and reads back, on threads that run
 * already, as in a worker. Arguments: rounds (default 3), files (100). Build first, then: node dist/bench/parquet.js
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSealingThreads } from '../app/wiring/sealing-threads.ts';
import { openVault } from '../app/wiring/vault.ts';
import { createSealingKeys } from '../stores/keys/local.ts';
import { folderConfiguration } from '../test/support/folder-configuration.ts';
import { digests, writeParquet } from '../test/support/parquet-archive.ts';
import { backUpArchive } from '../test/support/real-parquet.ts';
import { quantile } from './ratios.ts';

/** One store of one tool: the same backup, first and again. */
interface Tool {
  readonly name: string;
  readonly prepare: (store: string) => Promise<() => Promise<void>>;
}

const rounds = Number(process.argv[2] ?? 3);
const files = Number(process.argv[3] ?? 100);
/** 8 MB of random numbers, which nothing compresses. */
const rowsPerFile = 1_000_000;

const base = await mkdtemp(join(tmpdir(), 'bench-parquet-'));
try {
  const [archive, small] = [join(base, 'archive'), join(base, 'small')];
  await writeParquet(
    small,
    Object.fromEntries(Array.from({ length: 8 }, (_, file) => [`${file}.parquet`, 10])),
    'random',
  );
  const paths = Array.from({ length: files }, (_, index) => `day=${index % 10}/part-${index}.parquet`);
  await writeParquet(archive, Object.fromEntries(paths.map((path) => [path, rowsPerFile])), 'random');
  // Reads all of it once: every run then finds it in the page cache.
  for (const path of paths) await digests(archive, [path]);
  const tools = [
    await ours(),
    ...(installed('restic') ? [restic()] : []),
    ...(installed('rclone') ? [rclone()] : []),
  ];
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, prepare } of tools) {
      const store = await mkdtemp(join(base, 'store-'));
      const backUp = await prepare(store);
      await timed(`${name}, fresh`, backUp);
      await timed(`${name}, again`, backUp);
      await rm(store, { recursive: true, force: true });
    }
    tools.push(...tools.splice(0, 1));
  }
  report(times);

  async function timed(what: string, work: () => Promise<void>): Promise<void> {
    const start = performance.now();
    await work();
    times.set(what, [...(times.get(what) ?? []), performance.now() - start]);
  }

  async function ours(): Promise<Tool> {
    const keyFiles = { keyring: join(base, 'keyring.json'), recoveryPublicKey: join(base, 'recovery.pem') };
    await createSealingKeys(keyFiles);
    return {
      name: 'ours',
      async prepare(store) {
        const configuration = folderConfiguration(store, keyFiles);
        const vault = await openVault(configuration);
        const { seal } = openSealingThreads(configuration);
        // Starts the threads.
        await backUpArchive({ ...vault, seal }, small);
        return async () => {
          await backUpArchive({ ...vault, seal }, archive);
        };
      },
    };
  }

  function restic(): Tool {
    return {
      name: 'restic',
      async prepare(store) {
        const env = { RESTIC_REPOSITORY: join(store, 'repo'), RESTIC_PASSWORD: 'bench' };
        await run('restic', ['init', '--quiet'], env);
        return () => run('restic', ['backup', '--quiet', archive], env);
      },
    };
  }

  function rclone(): Tool {
    const password = spawnSync('rclone', ['obscure', 'bench'], { encoding: 'utf8' }).stdout.trim();
    return {
      name: 'rclone crypt',
      prepare(store) {
        const env = {
          RCLONE_CONFIG: '/dev/null',
          RCLONE_CONFIG_BENCH_TYPE: 'crypt',
          RCLONE_CONFIG_BENCH_REMOTE: store,
          RCLONE_CONFIG_BENCH_PASSWORD: password,
        };
        return Promise.resolve(() => run('rclone', ['copy', '--quiet', archive, 'bench:'], env));
      },
    };
  }
} finally {
  await rm(base, { recursive: true, force: true });
}

function report(times: ReadonlyMap<string, readonly number[]>): void {
  for (const run of ['fresh', 'again']) {
    const own = quantile(times.get(`ours, ${run}`) ?? [], 0.5);
    for (const [what, samples] of times) {
      if (!what.endsWith(run)) continue;
      const median = quantile(samples, 0.5);
      const all = samples.map((ms) => ms.toFixed(0)).join(' ');
      const ratio = what.startsWith('ours') ? '' : `; ours takes ×${(own / median).toFixed(2)} of it`;
      console.log(`${what}: median ${median.toFixed(0)} ms (${all})${ratio}`);
    }
  }
}

function installed(program: string): boolean {
  return spawnSync(program, ['version'], { stdio: 'ignore' }).status === 0;
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}`);
}
