import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../../stores/ledger/port.ts';
import type { BackupCatalog } from '../../backup-taker.ts';
import type { OpenPending } from '../ledger-state.ts';
import { createStaging } from '../staging.ts';
import { type Chosen, chooseBackup, type Wanted } from './choose-backup.ts';
import { loadHistory } from './load-history.ts';
import { type Held, heldOf, writeHistory } from './write-history.ts';

export interface LedgerRestore {
  readonly catalog: BackupCatalog;
  /** A backup, or the moment that the ledger is to be as at. */
  readonly wanted: Wanted;
  /** Empty, or holding the beginning of the same history and nothing else. */
  readonly into: Ledger;
  /** Everything but writing. */
  readonly dryRun?: boolean;
  /** Where the backup's objects are opened; removed afterwards. */
  readonly scratch?: string;
  /** Of DuckDB, e.g. `128MB`. */
  readonly memoryLimit?: string;
  readonly signal: AbortSignal;
  /** Hears of what will be read, before anything is. */
  readonly begin?: (plan: LedgerPlan) => Promise<void>;
  /** Plain bytes read from the store since the last call. */
  readonly progress: (bytes: number) => void;
}

export interface LedgerPlan {
  readonly backupId: string;
  /** ns. */
  readonly upTo: bigint;
  readonly objects: number;
  readonly plainBytes: number;
  readonly sealedBytes: number;
  /** Accounts and transfers in them; those after `upTo` are not restored. */
  readonly rows: number;
}

export interface RestoredLedger {
  readonly backupId: string;
  /** ns. */
  readonly upTo: bigint;
  /** What the ledger holds now, or would hold; voids of expired pending transfers counted. */
  readonly total: Held;
  /** What it held before. */
  readonly before: Held;
  /** Ids of pending transfers that had expired, and are voided. */
  readonly voided: readonly bigint[];
  /**
   * Pending transfers that were open. They no longer expire by themselves: `expires` (ns, 0: never) is when they would
   * have.
   */
  readonly open: readonly OpenPending[];
}

/**
 * Writes the accounts and transfers of a backup into a ledger with the timestamps, ids and flags that they had, all with
 * `imported` besides; a pending transfer loses its timeout, which imported ones cannot have. Then all that the ledger
 * holds, balances too, is read and compared. A restore that was ended goes on where it was. Throws `backup-not-found`,
 * `object-damaged`, `restore-target-exists`, `restore-target-unusable`, `balances-differ`, and what the ledger throws.
 */
export async function restoreTigerbeetle(restore: LedgerRestore): Promise<RestoredLedger> {
  const { catalog, into, signal, progress } = restore;
  const chosen = await chooseBackup(catalog, restore.wanted);
  await restore.begin?.(planOf(chosen));
  // A cluster takes half a second for the first answer to a client. What it holds is asked when the backup is open.
  into.queryAccounts({ limit: 1 }).catch(() => undefined);
  const folder = await mkdtemp(join(restore.scratch ?? tmpdir(), 'ledger-restore-'));
  // What reads beside must not go on when the rest has failed.
  const ended = new AbortController();
  const staging = createStaging(folder, restore.memoryLimit ?? '128MB', signal);
  try {
    const database = await staging.opened();
    const history = await loadHistory(chosen, { catalog, database, folder, signal, progress });
    await staging.trim();
    const work = { staging, signal: AbortSignal.any([signal, ended.signal]) };
    const before = await heldOf(into, history, work);
    if (restore.dryRun !== true) await writeHistory(into, history, { ...work, ...before });
    return {
      backupId: chosen.backupId,
      upTo: chosen.upTo,
      before: before.held,
      ...{ total: history.total, voided: history.voided, open: history.open },
    };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    ended.abort();
    await staging.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a restore of it reads. */
export function planOf({ backupId, upTo, segments }: Chosen): LedgerPlan {
  const objects = segments.map(({ object }) => object);
  const sum = (field: 'plainBytes' | 'sealedBytes') =>
    objects.reduce((total, object) => total + object[field], 0);
  return {
    ...{ backupId, upTo, objects: objects.length },
    ...{ plainBytes: sum('plainBytes'), sealedBytes: sum('sealedBytes') },
    rows: segments.reduce((total, { rows }) => total + rows, 0),
  };
}
