import type { Command } from 'commander';
import {
  type LedgerOrder,
  type LedgerRestorePlan,
  restoreLedger,
} from '../../../app/restoring/restore-ledger.ts';
import { inWords } from '../../../backups/restoring/passed-over.ts';
import { nanosecondsOf, toUtc } from '../../../model/moment.ts';
import { bytes, counted } from '../../../web/quantities.ts';
import { openConfiguredBackups } from '../../backup-access.ts';
import type { Cli } from '../../cli.ts';
import { interruptible } from '../../interruptible.ts';
import { progressLines } from '../../progress-lines.ts';
import { facts } from '../../table.ts';
import { onRecord } from './on-record.ts';
import { type RestoreOptions, wantedOf } from './restore-command.ts';

interface Options extends RestoreOptions {
  readonly clusterId: string;
}

/** Restores a ledger, as the command line says. */
export async function runLedgerRestore(command: Command, cli: Cli): Promise<void> {
  const options = command.optsWithGlobals<Options>();
  const { to, clusterId } = options;
  const order = { to, clusterId, dryRun: options.dryRun === true, wanted: ledgerWanted(options) };
  const { configuration, ...backups } = await openConfiguredBackups(options, cli);
  let said = '';
  // A target that is away says so at each try to reach it: once is enough.
  const say = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    const line = `${message}: ${JSON.stringify(fields)}`;
    if (line !== said) cli.err(line);
    said = line;
  };
  const log = { info: say, warn: say, error: say };
  const own = {
    ...{ backupType: 'tigerbeetle' as const, to, at: utcOf(options), reason: options.reason ?? '' },
    ...{ tables: null, tenant: null },
  };
  const done = await onRecord({ configuration, own }, cli, async (chose) => {
    const restored = await interruptible(
      (signal) => restoreLedger(backups, { order, configuration, log }, { signal, ...watch(cli, begun) }),
      'what was written stays: run it again to go on',
    );
    return { ...restored, counts: { ...restored.total }, notes: [] };

    function begun(plan: LedgerRestorePlan): void {
      for (const line of announcement(plan)) cli.err(line);
      if (!order.dryRun) chose(plan.backupId, plan.to);
    }
  });
  for (const id of done.voided) cli.err(`note: pending transfer ${id} had expired: it is voided`);
  for (const { id, expires } of done.open) {
    cli.err(`note: pending transfer ${id} is open; it would have expired: ${expiry(expires)}`);
  }
  const restored = {
    ...{ [order.dryRun ? 'wouldRestore' : 'restored']: done.to, backupId: done.backupId },
    ...{ upTo: String(done.upTo), ...done.total },
  };
  const ids = {
    voided: done.voided.map(String),
    open: done.open.map(({ id, expires }) => ({
      id: String(id),
      expires: expires === 0n ? null : expiry(expires),
    })),
  };
  const { passedOver } = done;
  if (options.json === true)
    cli.out(JSON.stringify({ ...restored, ...ids, before: done.before, passedOver }));
  else cli.out(facts({ ...restored, voided: ids.voided.length, open: ids.open.length }));
}

/** Progress of reading in bytes, then of writing in accounts and transfers. */
function watch(cli: Cli, begun: (plan: LedgerRestorePlan) => void) {
  let progress: (count: number) => void = () => undefined;
  let wrote = progress;
  return {
    begin(plan: LedgerRestorePlan): void {
      begun(plan);
      progress = progressLines(cli, plan.plainBytes);
      wrote = progressLines(cli, plan.rows, (count) => counted(count, 'row'));
    },
    progress: (count: number): void => {
      progress(count);
    },
    wrote: (count: number): void => {
      wrote(count);
    },
  };
}

function utcOf(options: Options): string | null {
  return wantedOf(options).at === undefined ? null : toUtc(options.at ?? '');
}

function announcement({
  backupId,
  upTo,
  objects,
  plainBytes,
  sealedBytes,
  passedOver,
}: LedgerRestorePlan): string[] {
  return [
    ...passedOver.map((each) => `warning: ${inWords(each)}`),
    `tigerbeetle backup ${backupId}, up to ${upTo} (${expiry(upTo)})`,
    `reading ${counted(objects, 'object')}: ${bytes(sealedBytes)} sealed, ${bytes(plainBytes)} opened`,
  ];
}

function expiry(ns: bigint): string {
  return ns === 0n ? 'never' : new Date(Number(ns / 1_000_000n)).toISOString();
}

/** Timestamps of a ledger are nanoseconds: those of `--at` are kept. */
function ledgerWanted(options: Options): LedgerOrder['wanted'] {
  const { backupId, at } = wantedOf(options);
  if (backupId !== undefined) return { backupId };
  return at === undefined ? undefined : { at: nanosecondsOf(options.at ?? '') };
}
