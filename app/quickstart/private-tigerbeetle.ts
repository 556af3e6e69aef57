import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { accepts } from './accepts.ts';
import { endServer } from './end-server.ts';
import { freePort } from './free-port.ts';
import { isAlive } from './running-lock.ts';

const run = promisify(execFile);

export interface PrivateTigerbeetle {
  /** host:port */
  readonly address: string;
  /** Process of the one that served the folder already, since its quickstart was killed; `stop` leaves it running. */
  readonly left?: number;
  stop(): Promise<void>;
}

/** Of one replica, on little memory. */
const cluster = ['--cluster=0', '--replica=0', '--replica-count=1', '--development'];
const memory = ['--development', '--cache-grid=128MiB'];

/** The server's binary: TIGERBEETLE_BIN, or `tigerbeetle` on PATH; undefined where there is none that runs. */
export async function tigerbeetleBinary(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const named = environment['TIGERBEETLE_BIN'] ?? '';
  const binary = named === '' ? 'tigerbeetle' : named;
  return run(binary, ['version'], { env: environment }).then(
    () => binary,
    () => undefined,
  );
}

/**
 * A TigerBeetle server of our own on loopback, cluster 0, its data file in `folder`: formatted when there is none. Throws
 * `ledger-unavailable` with where it says why it does not start.
 */
export async function startPrivateTigerbeetle(
  binary: string,
  folder: string,
  wantedPort: number,
): Promise<PrivateTigerbeetle> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [file, noted, log] = ['0_0.tigerbeetle', 'server.json', 'tigerbeetle.log'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const left = await serverOf(noted);
  if (left !== undefined) {
    return { address: addressAt(left.port), left: left.pid, stop: () => Promise.resolve() };
  }
  await format(binary, file);
  const port = await freePort(wantedPort);
  const output = await open(log, 'a', 0o600);
  // A process group of its own: Ctrl-C reaches the scheduler alone, which needs its ledger to stop in order.
  const child = spawn(binary, ['start', `--addresses=${addressAt(port)}`, ...memory, file], {
    stdio: ['ignore', output.fd, output.fd],
    detached: true,
  });
  try {
    await Promise.race([listening(port), failed(child, log)]);
    await writeFile(noted, JSON.stringify({ pid: child.pid, port }), { mode: 0o600 });
  } finally {
    await output.close();
  }
  return { address: addressAt(port), stop: () => endServer(child) };
}

const addressAt = (port: number): string => `127.0.0.1:${port}`;

/** Whole or not at all: a data file that was formatted in part is none. */
async function format(binary: string, file: string): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) return;
  try {
    // It does not write over a file.
    await rm(`${file}.making`, { force: true });
    await run(binary, ['format', ...cluster, `${file}.making`]);
    await rename(`${file}.making`, file);
  } catch (cause) {
    throw unavailable(`could not format ${file}: ${errorText(cause)}`, cause);
  }
}

/** What was noted, while that process lives and that port is served. */
async function serverOf(noted: string): Promise<{ readonly pid: number; readonly port: number } | undefined> {
  try {
    const { pid, port } = JSON.parse(await readFile(noted, 'utf8')) as { pid: number; port: number };
    return isAlive(pid) && (await accepts(port)) ? { pid, port } : undefined;
  } catch {
    return undefined;
  }
}

async function listening(port: number): Promise<void> {
  while (!(await accepts(port))) await pause(50);
}

function failed(child: ChildProcess, log: string): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', (cause) => {
      reject(unavailable(`could not be started: ${errorText(cause)}`, cause));
    });
    child.once('exit', (code, signal) => {
      reject(unavailable(`ended with ${code ?? signal ?? 'no code'}: see ${log}`));
    });
  });
}

function unavailable(what: string, cause?: unknown): CodedError {
  return new CodedError(
    'ledger-unavailable',
    `tigerbeetle ${what}. Mend that, or take it from TIGERBEETLE_BIN and the PATH: the ledger is kept in Redis then`,
    { cause },
  );
}
