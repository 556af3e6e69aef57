import type { Log } from '../engine/log.ts';
import { errorText } from '../errors/coded-error.ts';
import { eventId } from '../model/backup-event.ts';
import type { EventStream, StreamedEvent } from '../stores/events/port.ts';
import { type Ledger, type Transfer, hasFlag, transferFlags } from '../stores/ledger/port.ts';
import { backupAccounts, transfersOf } from './event-transfers.ts';

export interface LedgerRecorderOptions {
  readonly stream: EventStream;
  readonly ledger: Ledger;
  /** Number of the ledger that backups are written in; accounts and transfers carry it. */
  readonly ledgerNumber: number;
  readonly log: Log;
  /** Events in a turn to the ledger; each makes at most two transfers, and small clusters take 254. */
  readonly batch?: number;
}

/**
 * Makes a transfer of every event. One at a time, the leader's: order within a backup matters to the ledger. It begins
 * at the beginning of the stream, since what is there already is told by its id; while the ledger is down, events wait
 * in the stream.
 */
export interface LedgerRecorder {
  /** Records what is new. Throws what stream and ledger throw; the next turn goes on from there. */
  record(): Promise<void>;
  /** Everything up to this cursor is recorded: the stream may be trimmed behind it. */
  position(): string | undefined;
}

export function createLedgerRecorder(options: LedgerRecorderOptions): LedgerRecorder {
  const { stream, ledger, ledgerNumber, log, batch = 100 } = options;
  let position: string | undefined;

  const onInvalid = (cursor: string, _raw: string, error: unknown) => {
    log.warn({ cursor, error: errorText(error) }, 'an unreadable event makes no transfer');
  };

  async function write(events: readonly StreamedEvent[]): Promise<void> {
    await ledger.createAccounts(backupAccounts(ledgerNumber));
    const made = events.flatMap(({ event }) =>
      transfersOf(event, ledgerNumber).map((transfer) => ({ event, transfer })),
    );
    const created = await ledger.createTransfers(made.map(({ transfer }) => transfer));
    created.forEach(({ result }, index) => {
      const one = made[index];
      if (one === undefined || accepted(result, one.transfer)) return;
      log.error(
        { event: eventId(one.event), result },
        'the ledger refused a transfer; the audit trail lacks it',
      );
    });
  }

  return {
    async record() {
      for (;;) {
        const events = await stream.read({ after: position, count: batch, waitMs: 0, onInvalid });
        if (position !== undefined && !(await stream.has(position))) {
          position = undefined;
          continue;
        }
        if (events.length === 0) return;
        await write(events);
        position = events.at(-1)?.cursor;
      }
    },
    position: () => position,
  };
}

/** A start that is there is enough, whichever event made it. */
function accepted(result: string, transfer: Transfer): boolean {
  if (result === 'created' || result === 'exists') return true;
  return (
    hasFlag(transfer.flags, transferFlags.pending) && result.startsWith('exists_with_different_user_data')
  );
}
