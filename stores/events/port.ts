import type { BackupEvent } from '../../model/backup-event.ts';

/** An event with its place in the stream. Cursors are opaque, ordered strings. */
export interface StreamedEvent {
  readonly cursor: string;
  readonly event: BackupEvent;
}

/** The stream of events: appended in order for each backup, read by every control plane from its own cursor. */
export interface EventStream {
  append(event: BackupEvent): Promise<void>;
  /**
   * Up to `count` events after the cursor (from the beginning when undefined), waiting up to `waitMs` for the first.
   * An entry that does not parse is passed to `onInvalid` and skipped: it never stops the stream.
   */
  read(options: {
    readonly after: string | undefined;
    readonly count: number;
    readonly waitMs: number;
    readonly onInvalid: (cursor: string, raw: string, error: unknown) => void;
  }): Promise<readonly StreamedEvent[]>;
  /** Cursor of the newest event; undefined when the stream is empty or was lost. */
  newest(): Promise<string | undefined>;
  /** Removes what lies before the cursor. */
  trim(before: string): Promise<void>;
}
