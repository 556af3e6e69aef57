import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { CodedError, errorCode, errorText } from '../errors/coded-error.ts';
import { eventId } from '../model/backup-event.ts';
import { isBackupEvent } from '../model/recorded-event.ts';
import type { EventStream, StreamedEvent } from '../stores/events/port.ts';
import type { Ledger } from '../stores/ledger/port.ts';
import { backupAccounts, transfersOf } from './event-transfers.ts';
import { noteRecorded, recordedUpTo } from './ledger-mark.ts';

export interface LedgerRecorderOptions {
  readonly stream: EventStream;
  readonly ledger: Ledger;
  /** Number of the ledger that backups are written in; accounts and transfers carry it. */
  readonly ledgerNumber: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Events in a turn to the ledger; each makes at most two transfers, and small clusters take 254. */
  readonly batch?: number;
}

/**
 * Makes a transfer of every event of a backup. One at a time, the leader's: order within a backup matters to the ledger.
 * It goes on where the leader before it was, or begins at the beginning of the stream: what is there already is told by
 * its id. While the ledger is down, events wait in the stream.
 */
export interface LedgerRecorder {
  /** Records what is new, until the signal aborts. Throws what stream and ledger throw; the next turn goes on from there. */
  record(signal?: AbortSignal): Promise<void>;
  /** Everything up to this cursor is recorded: the stream may be trimmed behind it. */
  position(): string | undefined;
  standing(): LedgerStanding;
}

export interface LedgerStanding {
  /** When the ledger last held every event, in ms since the epoch; null before the first time. */
  readonly upToDateAt: number | null;
  /** Why the last turn failed, code first; null when it did not. */
  readonly error: string | null;
}

export function createLedgerRecorder(options: LedgerRecorderOptions): LedgerRecorder {
  const { stream, ledger, ledgerNumber, clock, log, batch = 100 } = options;
  let goesOn = false;
  let position: string | undefined;
  /** The newest transfer that is known to be there. */
  let newest: bigint | undefined;
  let standing: LedgerStanding = { upToDateAt: null, error: null };

  const onInvalid = (cursor: string, _raw: string, error: unknown) => {
    log.warn({ cursor, error: errorText(error) }, 'an unreadable event makes no transfer');
  };

  async function write(events: readonly StreamedEvent[]): Promise<void> {
    const made = events.flatMap(({ event }) =>
      isBackupEvent(event) ? transfersOf(event, ledgerNumber).map((transfer) => ({ event, transfer })) : [],
    );
    if (made.length === 0) return;
    await requireAccounts();
    const created = await ledger.createTransfers(made.map(({ transfer }) => transfer));
    created.forEach(({ result }, index) => {
      const one = made[index];
      if (one === undefined) return;
      if (accepted(result)) {
        newest = one.transfer.id;
        return;
      }
      log.error(
        { event: eventId(one.event), result },
        'the ledger refused a transfer; the audit trail lacks it',
      );
    });
  }

  /** Transfers without their accounts would burn their ids. */
  async function requireAccounts(): Promise<void> {
    const created = await ledger.createAccounts(backupAccounts(ledgerNumber));
    const refused = created.find(({ result }) => result !== 'created' && result !== 'exists');
    if (refused === undefined) return;
    throw new CodedError(
      'configuration-invalid',
      `The ledger refuses an account for backups (${refused.result}): another application uses its id. Give backups a cluster, or a Redis prefix, of their own.`,
    );
  }

  async function recordAll(signal?: AbortSignal): Promise<void> {
    if (!goesOn) position = await recordedUpTo(stream, ledger);
    goesOn = true;
    while (signal?.aborted !== true) {
      const begun = clock.now();
      const events = await stream.read({ after: position, count: batch, waitMs: 0, onInvalid });
      if (position !== undefined && !(await stream.has(position))) {
        position = undefined;
        continue;
      }
      if (events.length === 0) {
        standing = { upToDateAt: begun, error: null };
        return;
      }
      await write(events);
      position = events.at(-1)?.cursor;
      if (position !== undefined && newest !== undefined)
        await noteRecorded(stream, { cursor: position, transferId: newest });
    }
  }

  return {
    async record(signal) {
      try {
        await recordAll(signal);
      } catch (error) {
        standing = { ...standing, error: `${errorCode(error)}: ${errorText(error)}` };
        throw error;
      }
    },
    position: () => position,
    standing: () => standing,
  };
}

/** What is there under its id is there, whoever told it first: times and retention may have been told a little otherwise. */
function accepted(result: string): boolean {
  return result === 'created' || result === 'exists' || result.startsWith('exists_with_different_user_data');
}
