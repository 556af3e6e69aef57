import type { BackupScope, BackupType } from '../model/backup-kind.ts';
import type { Admission } from '../stores/exclusion/port.ts';
import type { Decision, DecisionCode } from './decision.ts';
import type { Schedule } from './schedule.ts';
import type { Standing, Timeline } from './timeline.ts';

/** A schedule that was checked, with its slots; the plan's input. It remembers what was found, so keep it between plans. */
export interface CompiledSchedule {
  readonly schedule: Schedule;
  readonly type: BackupType;
  readonly scope: BackupScope;
  readonly timeline: Timeline;
  /** The schedules of `after`. */
  readonly after: readonly CompiledSchedule[];
  /** Length of the longest chain of `after` behind it: whatever it comes after has a smaller one. */
  readonly depth: number;
  readonly memory: Memory;
}

/**
 * What the plan last found about one schedule. Where nothing has failed, that depends only on the slots around now and on
 * what was completed, so it holds until either changes: most checks find nothing new, and this makes them cheap.
 */
export interface Memory {
  /** Valid from this moment until before the other. */
  from: number;
  until: number;
  lastSlot: number | null;
  lastCompletedAt: number | null;
  found: Due | Decision | undefined;
  /** The last decision about `found` when it is due. */
  decision: Decision | undefined;
  /** What was added to its reason. */
  because: string;
}

/** A schedule that is due, whether it may run or not. */
export interface Due {
  readonly due: true;
  readonly compiled: CompiledSchedule;
  readonly standing: Standing;
  readonly slot: number;
  readonly attempt: number;
  readonly backupId: string | null;
  readonly code: DecisionCode;
  readonly reason: string;
  /** When the slot (or the retry of it) was due. */
  readonly dueAt: number;
  /** When the first slot that was not served was due; what slack is counted from. */
  readonly since: number;
  /** A second or later try after a failure: nobody waits for it. */
  readonly retrying: boolean;
  /** When it last ended by itself, completed or failed; -Infinity: never. */
  readonly endedAt: number;
  /** Its own earlier backup, which still runs; null: none. */
  readonly behindItself: Admission | null;
}
