import type { BackupType } from '../model/backup-kind.ts';
import type { Admission, LockScope } from '../stores/exclusion/port.ts';
import type { ScheduleHistory } from '../stores/metadata/port.ts';
import type { Schedule } from './schedule.ts';

/** A backup that has ended, however it ended, scheduled or on demand; times in milliseconds since the epoch. */
export interface EndedBackup {
  readonly type: BackupType;
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * All that the plan looks at. Read the admissions before the histories: a backup that ends in between is then in both,
 * never in neither.
 */
export interface PlanState {
  /** The global switch: `schedule.enabled`. */
  readonly enabled: boolean;
  readonly lockScope: LockScope;
  /** By schedule's name, as of now; a schedule that never ran may be missing. */
  readonly histories: ReadonlyMap<string, ScheduleHistory>;
  readonly admissions: readonly Admission[];
  /** The newest hundred or so backups that ended, in any order: a slot that was late because of them is no misfire. */
  readonly ended: readonly EndedBackup[];
  /** Types whose source is configured. */
  readonly configuredTypes: ReadonlySet<BackupType>;
  /** Types with a full backup that an incremental can build on. */
  readonly usableFulls: ReadonlySet<BackupType>;
}

export const runCodes = ['due', 'never-run', 'catch-up', 'retry', 'interrupted'] as const;
export const holdCodes = ['blocked', 'on-demand-first', 'not-its-turn', 'after'] as const;
export const idleCodes = [
  'scheduling-disabled',
  'schedule-disabled',
  'source-not-configured',
  'in-progress',
  'not-due',
  'retry-later',
  'given-up',
  'misfire-skipped',
] as const;
/** Why a schedule runs, is held back, or has nothing to do. Stable: programs may rely on it. */
export type DecisionCode =
  (typeof runCodes)[number] | (typeof holdCodes)[number] | (typeof idleCodes)[number];

/** What becomes of one schedule now. Times are milliseconds since the epoch. */
export interface Decision {
  readonly schedule: Schedule;
  /** `run`: admit it now; `hold`: due, but not yet its turn; `idle`: nothing to do. */
  readonly action: 'run' | 'hold' | 'idle';
  /** The slot that is run or held, or in progress; null where none is. */
  readonly slot: number | null;
  /** The attempt that would run (or runs) for that slot; 1 where there is none. */
  readonly attempt: number;
  /** A retry keeps its backup's id, one in progress has one; null: a new backup. */
  readonly backupId: string | null;
  readonly code: DecisionCode;
  /** A sentence for people: why, and what to set where something must be set. */
  readonly reason: string;
  /** The backup that it is late by: `late: blocked by <id>`. */
  readonly lateBy: string | null;
  /** The newest slot at or before now, done or not. */
  readonly previousSlot: number;
  readonly nextSlot: number;
  /** Since when it is due, or when it will be; null when it never will (disabled, not configured). */
  readonly dueAt: number | null;
}

export interface Plan {
  /** One for each schedule: those to run first and those held back, in order of running, then the idle ones. */
  readonly decisions: readonly Decision[];
  /**
   * The earliest moment at which a slot or a retry becomes due; null when nothing ever will. Check again then if the
   * next tick is later.
   */
  readonly wakeAt: number | null;
}
