import type { Book } from './book.ts';
import { has, transferFlags } from './flags.ts';
import { type Account, type Created, timestampMax, type Transfer } from './port.ts';
import { burningResults } from './results.ts';

type Common =
  | 'created'
  | 'exists'
  | 'linked_event_failed'
  | 'linked_event_chain_open'
  | 'timestamp_must_be_zero'
  | 'imported_event_expected'
  | 'imported_event_not_expected'
  | 'imported_event_timestamp_out_of_range'
  | 'imported_event_timestamp_must_not_advance';

/**
 * Creates the events of a batch one after the other; a chain of linked ones wholly or not at all. The nth event has the
 * timestamp `first` + n, an imported one its own.
 */
export function runBatch<Event extends Account | Transfer, Result extends string>(
  book: Book,
  events: readonly Event[],
  rules: {
    readonly first: bigint;
    /** The bit of `imported` in this kind of event's flags. */
    readonly imported: number;
    /** Whether a refusal may burn an id. */
    readonly burns: boolean;
    readonly create: (book: Book, event: Event, timestamp: bigint) => Result;
    readonly timestampOf: (book: Book, id: bigint) => bigint;
  },
): Created<Result | Common>[] {
  const results: (Result | Common)[] = [];
  const importing = events[0] !== undefined && has(events[0].flags, rules.imported);
  let chain: number | undefined;
  let broken = false;

  const attempt = (event: Event, index: number): Result | Common => {
    const linked = has(event.flags, transferFlags.linked);
    if (linked && chain === undefined) {
      chain = index;
      broken = false;
      book.mark();
    }
    if (linked && index === events.length - 1) return 'linked_event_chain_open';
    if (chain !== undefined && broken) return 'linked_event_failed';
    const imported = has(event.flags, rules.imported);
    if (imported !== importing) return importing ? 'imported_event_expected' : 'imported_event_not_expected';
    if (!imported && event.timestamp !== 0n) return 'timestamp_must_be_zero';
    if (imported && (event.timestamp <= 0n || event.timestamp > timestampMax)) {
      return 'imported_event_timestamp_out_of_range';
    }
    if (imported && event.timestamp >= rules.first) return 'imported_event_timestamp_must_not_advance';
    return rules.create(book, event, imported ? event.timestamp : rules.first + BigInt(index));
  };

  events.forEach((event, index) => {
    const result = attempt(event, index);
    results.push(result);
    if (chain !== undefined && result !== 'created' && !broken) {
      broken = true;
      book.rollBack();
      for (let earlier = chain; earlier < index; earlier += 1) results[earlier] = 'linked_event_failed';
    }
    if (rules.burns && burningResults.has(result)) book.burn(event.id);
    if (!has(event.flags, transferFlags.linked) || result === 'linked_event_chain_open') {
      chain = undefined;
      broken = false;
    }
  });
  return results.map((result, index) => {
    const event = events[index];
    const there = event !== undefined && (result === 'created' || result === 'exists');
    return { result, timestamp: there ? rules.timestampOf(book, event.id) : 0n };
  });
}
