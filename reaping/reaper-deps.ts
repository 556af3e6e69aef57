import type { Log } from '../engine/log.ts';
import type { BackupType } from '../model/backup-kind.ts';
import type { EventStream } from '../stores/events/port.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import type { Deliveries } from './deliveries.ts';
import type { Evidence } from './end-of-lost-attempt.ts';

export interface ReaperDeps extends Evidence {
  readonly exclusion: Exclusion;
  readonly events: Pick<EventStream, 'append'>;
  readonly metadata: Pick<MetadataStore, 'open'>;
  /** Brings metadata up to the end of the stream. */
  readonly drain: () => Promise<void>;
  readonly deliveries: Deliveries;
  /** Whether a worker of a type is alive. */
  readonly workers: { alive(type: BackupType): Promise<boolean> };
  readonly log: Log;
  /** How long a dispatched backup may go without a worker before its message is looked for, in ms. */
  readonly deliveryGraceMs: number;
  /** How long it may wait for any worker of its type to be there; then it ends, so that others may run. */
  readonly workerGraceMs: number;
  /** How often a lost message is delivered again before the backup is given up. */
  readonly maxRedeliveries: number;
  /** How long a backup must be recorded as open and not be admitted before it is acted on, in ms. */
  readonly recordGraceMs: number;
}

/** What one look did. */
export interface ReapReport {
  closed: number;
  redelivered: number;
  readmitted: number;
}
