import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '../../../errors/coded-error.ts';
import type { Ledger } from '../../../stores/ledger/port.ts';
import type { BackupCatalog } from '../../backup-taker.ts';
import type { OpenPending } from '../ledger-state.ts';
import { createStaging } from '../staging.ts';
import { type Chosen, chooseBackup, type Wanted } from './choose-backup.ts';
import { type Held, heldOf, importedAccount, importedTransfer } from './compare-ledger.ts';
import { type History, loadHistory } from './load-history.ts';
import { proveBalances } from './prove-balances.ts';
import { writeEvents } from './write-events.ts';

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
  /** Pending transfers that were open. They no longer expire by themselves: `expires` (ns, 0: never) is when they would have. */
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
  const folder = await mkdtemp(join(restore.scratch ?? tmpdir(), 'ledger-restore-'));
  const staging = createStaging(folder, restore.memoryLimit ?? '128MB', signal);
  try {
    const database = await staging.opened();
    const history = await loadHistory(chosen, { catalog, database, folder, signal, progress });
    const before = await heldOf(into, history, signal);
    const total = await countHistory(history);
    if (restore.dryRun !== true) {
      await writeEvents(
        history.accounts(),
        { skip: before.accounts, what: 'account' },
        { signal, create: (batch) => into.createAccounts(batch.map(importedAccount)) },
      );
      await writeEvents(
        history.transfers(),
        { skip: before.transfers, what: 'transfer' },
        { signal, create: (batch) => into.createTransfers(batch.map(importedTransfer)) },
      );
      await prove(into, history, { total, signal });
    }
    return {
      backupId: chosen.backupId,
      upTo: chosen.upTo,
      total,
      before,
      voided: history.expired.map(({ pending }) => pending.id),
      open: history.open,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
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

async function prove(
  into: Ledger,
  history: History,
  { total, signal }: { readonly total: Held; readonly signal: AbortSignal },
): Promise<void> {
  const held = await heldOf(into, history, signal);
  if (held.accounts !== total.accounts || held.transfers !== total.transfers) {
    throw new CodedError(
      'restore-target-unusable',
      `The ledger holds ${held.accounts} accounts and ${held.transfers} transfers after the restore, not ${total.accounts} and ${total.transfers}.`,
    );
  }
  await proveBalances(into, history, signal);
}

async function countHistory({ database, expired }: History): Promise<Held> {
  const [row] = await database.rows(
    `SELECT (SELECT count(*) FROM history_accounts) AS accounts, (SELECT count(*) FROM history_transfers) AS transfers`,
  );
  return { accounts: Number(row?.['accounts']), transfers: Number(row?.['transfers']) + expired.length };
}
