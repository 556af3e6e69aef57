import type { Log } from '../engine/log.ts';
import type { EventStream } from '../stores/events/port.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { BackupType } from '../model/backup-kind.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import type { Deliveries } from './deliveries.ts';
import type { Evidence } from './end-of-lost-attempt.ts';
import { createAdmissionReaper } from './reap-admissions.ts';
import { createRecordReaper } from './reap-records.ts';

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

export const defaultGraces = {
  deliveryGraceMs: 30_000,
  workerGraceMs: 120_000,
  maxRedeliveries: 3,
  recordGraceMs: 10_000,
};

/** What one look did. */
export interface ReapReport {
  closed: number;
  redelivered: number;
  readmitted: number;
}

export interface Reaper {
  /**
   * One look. Resolves with how many backups it closed, admitted or delivered again: where there were any, a check
   * should follow. A look that is asked for while one is under way is that one.
   */
  reap(): Promise<number>;
}

/** Ends what its worker can no longer end. For the leader alone, again and again. */
export function createReaper(deps: ReaperDeps): Reaper {
  const reapAdmissions = createAdmissionReaper(deps);
  const reapRecords = createRecordReaper(deps);
  let underWay: Promise<number> | undefined;

  async function look(): Promise<number> {
    const report: ReapReport = { closed: 0, redelivered: 0, readmitted: 0 };
    // Admissions first, then the stream: whatever ended before the first look is recorded by the second.
    const admissions = await deps.exclusion.admissions();
    await deps.drain();
    const open = await deps.metadata.open();
    const admitted = new Set(admissions.map(({ order }) => order.backupId));
    const unadmitted = open.filter(({ order }) => !admitted.has(order.backupId));
    await reapAdmissions(admissions, report);
    await reapRecords(unadmitted, report);
    return report.closed + report.redelivered + report.readmitted;
  }

  return {
    reap() {
      underWay ??= look().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}
