/**
 * Backup and restore of a TigerBeetle ledger against the client's own rates on the same servers, in one run:
 *   npm run build && TIGERBEETLE_BIN=… node dist/bench/tigerbeetle.js [transfers, 1000000 by default]
 * Prints rows per second beside those of the bare client at the batch limit (target: 80 %; in turn, of each the quicker of
 * two runs): of a backup beside paging, of a restore, which reads back all that it has written, beside importing and then
 * paging; the peak memory of each backup and restore, in a process of its own, for a
 * fifth of the transfers and for all of them (target: under 300 MB, and flat); and what a log of an idle ledger takes
 * (target: under 50 ms).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSealingKeys } from '../stores/keys/local.ts';
import {
  startTigerbeetle,
  tigerbeetleBinary,
  type TigerbeetleServer,
} from '../test/support/tigerbeetle-server.ts';
import { type Asked, keyFiles, type Measured, runStep, type Step } from './ledger-steps.ts';
import { quantile, quickerOf } from './ratios.ts';

const accounts = 10_000;

async function compare(binary: string, transfers: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-ledger-'));
  const servers: TigerbeetleServer[] = [];
  const server = async (): Promise<string> => {
    const started = await startTigerbeetle(binary);
    servers.push(started);
    return started.address;
  };
  try {
    await createSealingKeys(keyFiles(folder), { bits: 3072 });
    const source = await server();
    const basis = { folder, source, target: '', accounts, from: 0, to: 0, backupId: '' };
    const run = (step: Step, store: string, more: Partial<Asked> = {}): Promise<Measured> =>
      inItsOwnProcess(step, { ...basis, store: join(folder, store), ...more });
    const few = Math.floor(transfers / 5);
    await run('fill', '', { to: few });
    const fewBackedUp = await run('backup', 'few');
    await run('fill', '', { from: few, to: transfers });
    const paged = await run('query', '');
    const backedUp = await run('backup', 'all');
    const pagedAgain = await run('query', '');
    const backedUpAgain = await run('backup', 'again');
    const { logs } = await run('logs', 'all');
    const importOnce = async (): Promise<Measured> => run('import', '', { target: await server() });
    const restore = async (store: string, { backupId }: Measured): Promise<Measured> =>
      run('restore', store, { target: await server(), backupId });
    const fewRestored = await restore('few', fewBackedUp);
    const imported = await importOnce();
    const restored = await restore('all', backedUp);
    const importedAgain = await importOnce();
    const restoredAgain = await restore('all', backedUp);

    console.log(`${transfers} transfers between ${accounts} accounts`);
    const paging = quickerOf(paged, pagedAgain);
    report('the client, paging', paging);
    report('full backup', quickerOf(backedUp, backedUpAgain), paging);
    const importing = quickerOf(imported, importedAgain);
    report('the client, importing', importing);
    const both = { ...importing, seconds: importing.seconds + paging.seconds };
    report('importing and paging', both);
    report('restore, compared', quickerOf(restored, restoredAgain), both);
    const peaks = (small: Measured, large: Measured): string =>
      `${small.peakMB.toFixed(0)} MB for ${few} transfers, ${large.peakMB.toFixed(0)} MB for ${transfers}`;
    console.log(`memory: backup ${peaks(fewBackedUp, backedUp)}; restore ${peaks(fewRestored, restored)}`);
    const ms = (samples: readonly number[]): string =>
      `median ${quantile(samples, 0.5).toFixed(1)} ms, at most ${quantile(samples, 1).toFixed(1)} ms`;
    console.log(
      `log of an idle ledger: ${ms(logs.map(({ took }) => took))}; with its manifest ${ms(logs.map(({ whole }) => whole))}`,
    );
  } finally {
    await Promise.all(servers.map((each) => each.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

const rate = ({ rows, seconds }: Measured): number => rows / seconds;
const share = (of: Measured, to: Measured): string => `${((100 * rate(of)) / rate(to)).toFixed(0)} %`;

function report(name: string, measured: Measured, against?: Measured): void {
  const beside = against ? `, ${share(measured, against)} of the client's rate` : '';
  console.log(
    `${name.padEnd(22)} ${rate(measured).toFixed(0).padStart(8)} rows/s, ${measured.seconds.toFixed(1)} s, ` +
      `${measured.cpu.toFixed(1)} s CPU, ${measured.peakMB.toFixed(0)} MB peak${beside}`,
  );
}

async function inItsOwnProcess(step: Step, asked: Asked): Promise<Measured> {
  const child = fork(fileURLToPath(import.meta.url), ['step', step, JSON.stringify(asked)]);
  let measured: Measured | undefined;
  child.once('message', (message) => {
    measured = message as Measured;
  });
  await once(child, 'exit');
  if (measured === undefined) throw new Error(`${step} failed`);
  return measured;
}

const [first, step, asked = '{}'] = process.argv.slice(2);
if (first === 'step') {
  process.send?.(await runStep(step as Step, JSON.parse(asked) as Asked));
  process.disconnect();
} else {
  const binary = tigerbeetleBinary();
  if (binary === undefined)
    throw new Error('name the server with TIGERBEETLE_BIN, or have tigerbeetle on PATH');
  await compare(binary, Number(first ?? 1_000_000));
}
