import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepts } from '../../app/quickstart/accepts.ts';
import { freePort } from './redis-server.ts';
import { until } from './until.ts';

export interface TigerbeetleServer {
  readonly address: string;
  readonly clusterId: bigint;
  /** SIGSTOP and SIGCONT: a server that is there and does not answer. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** The server's binary: TIGERBEETLE_BIN, or `tigerbeetle` on PATH; undefined where there is none. */
export function tigerbeetleBinary(): string | undefined {
  const named = process.env['TIGERBEETLE_BIN'] ?? '';
  const binary = named === '' ? 'tigerbeetle' : named;
  return spawnSync(binary, ['version']).status === 0 ? binary : undefined;
}

/** A cluster of one replica in a folder of its own, taking messages of a size. */
export async function startTigerbeetle(binary: string, limit = '1MiB'): Promise<TigerbeetleServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tigerbeetle-'));
  const file = join(folder, '0_0.tigerbeetle');
  const replica = ['--cluster=0', '--replica=0', '--replica-count=1', '--development'];
  const formatted = spawnSync(binary, ['format', ...replica, file], { encoding: 'utf8' });
  if (formatted.status !== 0) throw new Error(`tigerbeetle format: ${formatted.stderr}`);
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  // --development needs little memory and no direct I/O, but would take smaller batches than a real cluster.
  const limits = ['--development', '--experimental', `--limit-request=${limit}`];
  const child = spawn(binary, ['start', `--addresses=${address}`, ...limits, file], { stdio: 'ignore' });
  await until('TigerBeetle listens', () => accepts(port), 60_000);
  return {
    address,
    clusterId: 0n,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
