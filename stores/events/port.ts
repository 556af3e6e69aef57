import type { RecordedEvent } from '../../model/recorded-event.ts';

/** An event with its place in the stream. Cursors are opaque, ordered strings. */
export interface StreamedEvent {
  readonly cursor: string;
  readonly event: RecordedEvent;
}

/** The stream of events: appended in order for each backup, read by every control plane from its own cursor. */
export interface EventStream {
  append(event: RecordedEvent): Promise<void>;
  /**
   * Up to `count` events after the cursor (from the beginning when undefined), waiting up to `waitMs` for the first.
   * An entry that does not parse is passed to `onInvalid` and skipped: it never stops the stream.
   * A read that waits holds up no other call: drained events are wanted at once.
   */
  read(options: {
    readonly after: string | undefined;
    readonly count: number;
    readonly waitMs: number;
    readonly onInvalid: (cursor: string, raw: string, error: unknown) => void;
  }): Promise<readonly StreamedEvent[]>;
  /** Cursor of the newest event; undefined when the stream is empty or was lost. */
  newest(): Promise<string | undefined>;
  /** Whether the entry at this cursor is still there; if not, the stream was lost, or trimmed past this reader. */
  has(cursor: string): Promise<boolean>;
  /** Removes what lies before the cursor; the entry at the cursor stays. */
  trim(before: string): Promise<void>;
  /** Notes something for a reader beside the stream, in place of what it noted before: who loses the stream loses it too. */
  note(reader: string, text: string): Promise<void>;
  noted(reader: string): Promise<string | undefined>;
}
