import type { BackupScope, BackupType } from '../../model/backup-kind.ts';
import { backupKinds } from '../../model/backup-kind.ts';
import type { Decision, DecisionCode } from '../../scheduling/decision.ts';
import { isoDuration } from '../../scheduling/iso-duration.ts';
import type { Seen } from '../scheduling/see-state.ts';
import { damageOf } from '../scheduling/parent-damaged.ts';
import { recoveryPoint, type RecoveryPoint } from './recovery-point.ts';

/** A schedule as people see it. Times are ISO-8601 UTC. */
export interface ScheduleStatus {
  readonly name: string;
  readonly type: BackupType;
  readonly scope: BackupScope;
  /** ISO-8601 duration, or the cron expression. */
  readonly interval: string;
  /** Of the cron expression; UTC for intervals. */
  readonly timeZone: string;
  /** When the newest backup of this schedule, or of its type and scope, was completed; null: never. */
  readonly lastBackup: string | null;
  /** When it is due next, or since when it is; null: never, as things are. */
  readonly nextBackup: string | null;
  /**
   * `running`, `queued`, `due`, `held`, `late: blocked by <backup id>`, `retrying`, `failed`, `disabled`,
   * `not-configured` or `ok`.
   */
  readonly status: string;
  /** Why, as a sentence, and as a stable code. */
  readonly reason: string;
  readonly reasonCode: DecisionCode;
  /** The backup that it is late by. */
  readonly lateBy: string | null;
  /** Id of its backup that runs now. */
  readonly running: string | null;
  /** The attempt that runs or is next. */
  readonly attempt: number;
  readonly nextAttemptAt: string | null;
  readonly rpo: RecoveryPoint;
  /** Why the newest backup of the type cannot be relied on; null: nothing is known against it. */
  readonly damage: string | null;
  readonly enabled: boolean;
}

export function scheduleStatus(decision: Decision, seen: Seen): ScheduleStatus {
  const { schedule, code, reason, lateBy, attempt, dueAt, nextSlot } = decision;
  const { type, scope } = backupKinds[schedule.kind];
  const own = seen.state.admissions.find(({ order }) => order.schedule === schedule.name);
  const { timing } = schedule;
  const chain = seen.damaged.find((one) => one.type === type);
  return {
    name: schedule.name,
    type,
    scope,
    interval: 'every' in timing ? isoDuration(timing.every) : timing.cron,
    timeZone: 'every' in timing ? 'UTC' : timing.timeZone,
    lastBackup: instantOf(lastCompleted(decision, seen)),
    nextBackup: instantOf(code === 'in-progress' ? nextSlot : dueAt),
    status: statusOf(decision, own?.state),
    reason,
    reasonCode: code,
    lateBy,
    running: own?.state === 'running' ? own.order.backupId : null,
    attempt,
    nextAttemptAt: code === 'retry-later' || code === 'retry' ? instantOf(dueAt) : null,
    rpo: recoveryPoint(schedule, type, seen),
    damage: chain === undefined ? null : damageOf(chain),
    enabled: schedule.enabled,
  };
}

function statusOf({ action, code, lateBy }: Decision, own: 'waiting' | 'dispatched' | 'running' | undefined) {
  if (own !== undefined) return own === 'running' ? 'running' : 'queued';
  if (action === 'run') return 'due';
  if (action === 'hold') return lateBy === null ? 'held' : `late: blocked by ${lateBy}`;
  return idleStatus[code] ?? 'ok';
}

const idleStatus: Partial<Record<DecisionCode, string>> = {
  'scheduling-disabled': 'disabled',
  'schedule-disabled': 'disabled',
  'source-not-configured': 'not-configured',
  'retry-later': 'retrying',
  'given-up': 'failed',
};

/** An incremental that became a full counts for its schedule, one on demand for its type and scope. */
function lastCompleted({ schedule }: Decision, { state, newest }: Seen): number | null {
  const { type, scope } = backupKinds[schedule.kind];
  const same = newest.find(({ backupType, backupScope }) => backupType === type && backupScope === scope);
  const ends = [
    state.histories.get(schedule.name)?.lastCompletedAt ?? null,
    same?.endTime == null ? null : Date.parse(same.endTime),
  ].filter((end) => end !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}

function instantOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
