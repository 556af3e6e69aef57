import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Access } from '../../app/quickstart/access-file.ts';
import { apiAt } from '../support/scheduler-api.ts';
import { ended, entry } from '../support/scheduler.ts';
import { scratchFolders } from '../support/scratch.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) await ended(child);
});
const scratch = scratchFolders();

function quickstart(...args: string[]): { child: ChildProcess; said: Promise<string>; out: Promise<string> } {
  const env = { ...process.env };
  delete env['REDIS_URL'];
  delete env['TIGERBEETLE_ADDRESS'];
  const child = spawn(process.execPath, [entry, 'quickstart', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  started.push(child);
  return { child, said: text(child.stderr), out: text(child.stdout) };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function accessOf(folder: string): Promise<Access> {
  return JSON.parse(await readFile(join(folder, 'access.json'), 'utf8')) as Access;
}

/** Processes that have the folder on their command line: not every Debian has `ps`, nor macOS `/proc`. */
async function processesOf(folder: string): Promise<readonly string[]> {
  if (process.platform === 'darwin') {
    const { stdout } = await promisify(execFile)('ps', ['-Aww', '-o', 'pid=,command=']);
    return stdout.split('\n').filter((line) => line.includes(folder));
  }
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(folder)) found.push(`${pid} ${line}`);
  }
  return found;
}

async function takenPort(): Promise<{ port: number; close: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, close: () => server.close() };
}

describe('the quickstart', () => {
  it('runs every schedule once on a free port, reuses everything, and stops all of it on SIGTERM', async () => {
    const folder = join(await scratch(), 'quickstart');
    const taken = await takenPort();
    const once = quickstart('--once', '--folder', folder, '--port', String(taken.port));
    expect(await exitOf(once.child)).toBe(0);
    taken.close();
    const access = await accessOf(folder);
    expect(await once.said).toContain(`port ${taken.port} is taken: serving on ${new URL(access.url).port}`);
    expect(await once.out).toContain('parquet-replication');
    expect((await stat(join(folder, 'access.json'))).mode & 0o777).toBe(0o600);
    const ofText = expect.stringMatching(/./) as unknown;
    expect(access).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as unknown,
      adminKey: ofText,
      viewerKey: ofText,
      tenantIds: [ofText, ofText],
      sources: { duckdb: ofText, parquet: ofText },
      store: join(folder, 'store'),
      configuration: join(folder, 'configuration.json'),
    });
    expect(await processesOf(folder)).toEqual([]);

    const again = quickstart('--once', '--folder', folder);
    expect(await exitOf(again.child)).toBe(0);
    const { url, ...kept } = await accessOf(folder);
    expect(kept).toEqual({ ...access, url: undefined });
    expect(url).toMatch(/^http/);

    const serving = quickstart('--folder', folder);
    let said = '';
    serving.child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until('it goes on serving', () => said.includes('going on serving'), 240_000);
    const api = apiAt((await accessOf(folder)).url, access.adminKey);
    const history = await expectSettled(api, access.store);
    expect(history.filter(({ status }) => status === 'completed').length).toBeGreaterThanOrEqual(4);
    const asked = performance.now();
    expect(await ended(serving.child)).toBe(0);
    expect(performance.now() - asked).toBeLessThan(30_000);
    expect(await processesOf(folder)).toEqual([]);
  }, 600_000);
});
