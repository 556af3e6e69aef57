import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { newestBackup } from '../../backups/tigerbeetle/restore/choose-backup.ts';
import type { PassedOver } from '../../backups/restoring/passed-over.ts';
import { passedOver } from '../../backups/tigerbeetle/restore/passed-over.ts';
import {
  type LedgerPlan,
  type RestoredLedger,
  restoreTigerbeetle,
} from '../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import type { Configuration } from '../../config/configuration.ts';
import { systemClock } from '../../engine/clock.ts';
import type { Log } from '../../engine/log.ts';
import { keepMarked } from '../../workers/scratch-folder.ts';
import { countingLedger } from './counting-ledger.ts';
import { openLedgerTarget } from './ledger-target.ts';
import type { OpenedBackups } from './open-backups.ts';

export interface LedgerOrder {
  /** As `openLedgerTarget` takes it. */
  readonly to: string;
  readonly clusterId: string;
  /** `at` in ns; nothing: the newest backup that can be read. */
  readonly wanted: { readonly backupId: string } | { readonly at: bigint } | undefined;
  readonly dryRun: boolean;
}

/** What a restore will do, known before it reads anything. */
export interface LedgerRestorePlan extends LedgerPlan {
  /** The target without secrets. */
  readonly to: string;
  /**
   * Backups that would have been preferred and whose manifests are missing or damaged, or that the clock alone calls
   * newer.
   */
  readonly passedOver: readonly PassedOver[];
}

/**
 * Restores into a ledger that is empty, or holds the beginning of the same history; see `restoreTigerbeetle`. Of an
 * immutable history a later backup holds all that an earlier one did, and the newest that can be read may lack what one
 * after it held: so what is passed over is said.
 */
export async function restoreLedger(
  { catalog, vault }: OpenedBackups,
  {
    order,
    configuration,
    log,
  }: {
    readonly order: LedgerOrder;
    readonly configuration: Pick<Configuration, 'redis' | 'scratch'>;
    readonly log: Log;
  },
  watch: {
    readonly signal: AbortSignal;
    readonly begin: (plan: LedgerRestorePlan) => void;
    /** Plain bytes read from the store since the last call. */
    readonly progress: (bytes: number) => void;
    /** Accounts and transfers written since the last call. */
    readonly wrote: (events: number) => void;
    /** Between two marks of its scratch folder, in ms: `keepMarked`. */
    readonly markEveryMs?: number;
  },
): Promise<RestoredLedger & LedgerRestorePlan> {
  const { to, clusterId, wanted, dryRun } = order;
  const among = { catalog, store: vault.store };
  const target = await openLedgerTarget({ to, clusterId }, configuration, log);
  // Named as a worker names its own: what a killed restore leaves, the next worker of the type sweeps away.
  const scratch = join(
    configuration.scratch.folder,
    'tigerbeetle',
    `${hostname()},${process.pid},${Date.now()}.restore`,
  );
  let marking: ReturnType<typeof keepMarked> | undefined;
  try {
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    marking = keepMarked(scratch, {
      clock: systemClock,
      // A folder that is gone or out of reach fails the restore itself.
      onError: () => undefined,
      ...(watch.markEveryMs === undefined ? {} : { everyMs: watch.markEveryMs }),
    });
    let planned: LedgerRestorePlan | undefined;
    const restored = await restoreTigerbeetle({
      ...{ catalog, into: countingLedger(target.ledger, watch.wrote), dryRun, scratch },
      ...{ signal: watch.signal, progress: watch.progress },
      wanted: wanted ?? { backupId: await newestBackup(catalog) },
      begin: async (plan) => {
        planned = { ...plan, to: target.name, passedOver: await passedOver(among, wanted, plan.backupId) };
        watch.begin(planned);
      },
    });
    if (planned === undefined) throw new TypeError('a restore has ended that never began');
    return { ...planned, ...restored };
  } finally {
    await target.ledger.close();
    await marking?.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}
