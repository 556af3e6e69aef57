/**
 * A worker process for tests: real queue, lock, folder store and files; its taker copies a small source and then waits
 * as the order of the day says. Argument: SlowWorkerSettings as JSON. Writes `ready` when it takes work.
 */
import { access } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BackupJob, Taken } from '../../backups/backup-taker.ts';
import { systemClock } from '../../engine/clock.ts';
import { createRedisExclusion } from '../../stores/exclusion/redis.ts';
import { createRedisHeartbeats } from '../../stores/heartbeats/redis.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import { connectRedis } from '../../stores/redis-connection.ts';
import { startWorkerOf } from '../../workers/all-workers.ts';
import { plainFrame } from './plain-frame.ts';
import type { SlowWorkerSettings } from './slow-workers.ts';
import { aTaken } from './test-taker.ts';

const settings = JSON.parse(process.argv[2] ?? '') as SlowWorkerSettings;
const { url, prefix, lockScope, limits, mode } = settings;

const log = { info: write, warn: write, error: write };
function write(fields: Readonly<Record<string, unknown>>, message: string): void {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function take(job: BackupJob): Promise<Taken> {
  const entry = await job.sink.write({ name: 'source', file: 'source' }, createReadStream(settings.source));
  while (!(await exists(settings.goOn))) {
    if (mode !== 'deaf') job.signal.throwIfAborted();
    if (mode !== 'silent') job.progress(1);
    await pause(10);
  }
  return aTaken(job, [entry]);
}

const redis = connectRedis(url);
const objects = await createFolderStore(settings.store);
const { limits: allLimits, ...frame } = plainFrame({
  taker: { type: settings.type, take },
  exclusion: createRedisExclusion({
    redis,
    prefix,
    lockScope,
    lockDurationMs: limits.lockDurationMs ?? 15_000,
    clock: systemClock,
  }),
  objects,
  scratchRoot: settings.scratchRoot,
  clock: systemClock,
  log,
  limits,
});
const options = {
  ...frame,
  limits: allLimits,
  async writeManifest(...[taken, attempt]: Parameters<typeof frame.writeManifest>) {
    const manifest = await frame.writeManifest(taken, attempt);
    if (mode === 'dies-after-manifest') process.kill(process.pid, 'SIGKILL');
    return manifest;
  },
  onHung() {
    process.exit(70);
  },
  redisUrl: url,
  prefix,
  heartbeats: createRedisHeartbeats({ redis, prefix }),
  version: '1.0.0',
};
const worker = await startWorkerOf[settings.type](options);

process.once('SIGTERM', () => {
  void worker.stop().then(() => redis.quit());
});
process.stdout.write('ready\n');
