import { CodedError, errorCode } from '../../../errors/coded-error.ts';
import { accountFlags, batchLimit, type Created, hasFlag } from '../../../stores/ledger/port.ts';

interface Event {
  readonly id: bigint;
  readonly flags: number;
  readonly timestamp: bigint;
}

/** `linked` is the same bit in accounts and transfers. */
const linked = accountFlags.linked;

/**
 * Writes events in order, leaving out the first `skip`, in batches that cut no chain of linked ones, and reads the next
 * batch while one is written; `written` hears of each that is. A cluster may take smaller batches than the protocol's:
 * they are halved until it does. Throws `restore-target-unusable` with the first event that the ledger refuses. Returns
 * how many were written.
 */
export async function writeEvents<Item extends Event>(
  events: AsyncIterable<readonly Item[]>,
  { skip, what }: { readonly skip: number; readonly what: string },
  work: {
    readonly create: (batch: readonly Item[]) => Promise<readonly Created<string>[]>;
    readonly written?: (batch: readonly Item[]) => void;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  let limit = batchLimit;
  let waiting: Item[] = [];
  let skipped = 0;
  let written = 0;

  async function writeFirst(): Promise<void> {
    const batch = waiting.slice(0, wholeChains(waiting, limit));
    work.signal.throwIfAborted();
    const results = await work.create(batch).catch((error: unknown) => {
      if (errorCode(error) !== 'invalid-request' || limit === 1) throw error;
      limit = Math.ceil(limit / 2);
      return undefined;
    });
    if (results === undefined) return;
    const bad = results.flatMap(({ result }, index) =>
      result === 'created' || result === 'exists' ? [] : [{ result, event: batch[index] }],
    );
    // A chain fails as a whole: the one that was refused says why.
    const [first] = [...bad.filter(({ result }) => result !== 'linked_event_failed'), ...bad];
    if (first !== undefined) throw refused(what, first.event, first.result);
    waiting = waiting.slice(batch.length);
    written += batch.length;
    work.written?.(batch);
  }

  // One batch is under way at most, so that nothing is written after one that is refused; meanwhile the next is read.
  let writing: Promise<void> | undefined;
  for await (const page of events) {
    const rest = page.slice(Math.max(0, skip - skipped));
    skipped += page.length - rest.length;
    waiting.push(...rest);
    // One more than a batch tells whether its last chain has ended.
    while (waiting.length > limit) {
      // Of a chain that is longer than a batch the end must have been read.
      if (writing === undefined && waiting.every(({ flags }) => hasFlag(flags, linked))) break;
      writing ??= writeFirst();
      writing.catch(() => undefined);
      if (waiting.length <= 2 * limit) break;
      await writing;
      writing = undefined;
    }
  }
  await writing;
  while (waiting.length > 0) await writeFirst();
  return written;
}

/** Of the first `limit` events, how many end with a whole chain; a chain that is longer stays whole. */
function wholeChains(events: readonly Event[], limit: number): number {
  let end = Math.min(limit, events.length);
  while (end > 0 && hasFlag(events[end - 1]?.flags ?? 0, linked)) end -= 1;
  if (end > 0) return end;
  const last = events.findIndex(({ flags }) => !hasFlag(flags, linked));
  return last === -1 ? events.length : last + 1;
}

function refused(what: string, event: Event | undefined, result: string): CodedError {
  return new CodedError(
    'restore-target-unusable',
    `The ledger refuses ${what} ${event?.id ?? ''} of ${event?.timestamp ?? ''}: ${result}.${advice(result)}`,
    { facts: { id: String(event?.id), result } },
  );
}

function advice(result: string): string {
  return result === 'imported_event_timestamp_must_not_advance'
    ? ' Its clock is behind the time of the backup: set it right.'
    : '';
}
