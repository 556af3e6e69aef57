import { CodedError, errorCode } from '../../../errors/coded-error.ts';
import { accountFlags, batchLimit, type Created, hasFlag } from '../../../stores/ledger/port.ts';
import type { Kind } from '../columns.ts';
import { columnOf, type RowColumns, rowsFrom } from '../row-columns.ts';
import { indexOf, rowReaders } from '../row-readers.ts';
import type { ColumnValues } from '../row-writers.ts';
import type { RowsInOrder } from './rows-in-order.ts';
import { waitingRows } from './waiting-rows.ts';

/**
 * Writes events in order, in batches that cut no chain of linked ones, and reads the next batch while one is written;
 * `written` is given each that is, and awaited before the next is. A cluster may take smaller batches than the
 * protocol's: they are halved until it does. Throws `restore-target-unusable` with the first event that the ledger
 * refuses. Returns how many were written.
 *
 * Events stay in columns until they are sent: objects that wait for their turn outlive the garbage collector's first
 * rounds, and a hundred megabytes of them heap up before it looks again.
 */
export async function writeEvents(
  events: RowsInOrder,
  work: {
    readonly kind: Kind;
    readonly create: (batch: RowColumns) => Promise<readonly Created<string>[]>;
    readonly written?: (batch: RowColumns) => Promise<void>;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const { kind } = work;
  const flags = indexOf(kind, 'flags');
  const waiting = waitingRows(kind, batchLimit);
  let limit = batchLimit;
  let written = 0;

  async function write(batch: RowColumns): Promise<void> {
    for (let at = 0; at < batch.rows;) {
      const part = rowsFrom(batch, at, at + wholeChains(columnOf(batch, flags).subarray(at), limit));
      work.signal.throwIfAborted();
      const results = await work.create(part).catch((error: unknown) => {
        if (errorCode(error) !== 'invalid-request' || limit === 1) throw error;
        limit = Math.ceil(limit / 2);
        return undefined;
      });
      if (results === undefined) continue;
      requireCreated(kind, part, results);
      at += part.rows;
      written += part.rows;
      await work.written?.(part);
    }
  }

  // One batch is under way at most, so that nothing is written after one that is refused; meanwhile the next is read.
  let writing: Promise<void> = Promise.resolve();
  for (;;) {
    // Of a chain that is longer than a batch the end must have been read.
    while (waiting.rows < batchLimit || firstEnd(columnOf(waiting, flags)) === undefined) {
      const more = await events.next(Math.max(1, batchLimit - waiting.rows));
      if (more === undefined) break;
      waiting.add(more);
    }
    await writing;
    if (waiting.rows === 0) return written;
    writing = write(waiting.take(wholeChains(columnOf(waiting, flags), batchLimit)));
    writing.catch(() => undefined);
  }
}

/** How many of the first `limit` events end with a whole chain; a chain that is longer stays whole. */
function wholeChains(flags: ColumnValues, limit: number): number {
  let end = Math.min(limit, flags.length);
  while (end > 0 && isLinked(flags[end - 1])) end -= 1;
  return end > 0 ? end : (firstEnd(flags) ?? flags.length);
}

/** How many events the first chain has; undefined where its end is not among them. */
function firstEnd(flags: ColumnValues): number | undefined {
  let at = 0;
  while (at < flags.length && isLinked(flags[at])) at += 1;
  return at < flags.length ? at + 1 : undefined;
}

/** `linked` is the same bit in accounts and transfers. */
function isLinked(flags: number | bigint | undefined): boolean {
  return hasFlag(Number(flags), accountFlags.linked);
}

function requireCreated(kind: Kind, batch: RowColumns, results: readonly Created<string>[]): void {
  const isBad = ({ result }: Created<string>): boolean => result !== 'created' && result !== 'exists';
  // A chain fails as a whole: the one that was refused says why.
  const reason = results.findIndex((each) => isBad(each) && each.result !== 'linked_event_failed');
  const bad = reason === -1 ? results.findIndex(isBad) : reason;
  const result = results[bad]?.result;
  if (result === undefined) return;
  const { id, timestamp } = rowReaders[kind](batch.columns)(bad);
  throw new CodedError(
    'restore-target-unusable',
    `The ledger refuses ${kind === 'accounts' ? 'account' : 'transfer'} ${id} of ${timestamp}: ${result}.${advice(result)}`,
    { facts: { id: String(id), result } },
  );
}

function advice(result: string): string {
  return result === 'imported_event_timestamp_must_not_advance'
    ? ' Its clock is behind the time of the backup: set it right.'
    : '';
}
