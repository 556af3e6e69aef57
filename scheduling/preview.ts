import { backupKinds, type BackupKind } from '../model/backup-kind.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import type { Admission } from '../stores/exclusion/port.ts';
import type { ScheduleHistory } from '../stores/metadata/port.ts';
import type { CompiledSchedule } from './compiled-schedule.ts';
import type { Decision, EndedBackup, PlanState } from './decision.ts';
import { plan } from './plan.ts';

/** A backup that would run; times in milliseconds since the epoch. */
export interface PreviewedRun {
  readonly schedule: string;
  readonly kind: BackupKind;
  readonly slot: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly code: Decision['code'];
  readonly reason: string;
}

export interface PreviewOptions {
  readonly from: number;
  /** Runs that start before this. */
  readonly until: number;
  /** Period of the master timer. */
  readonly tickMs: number;
  /** How long a backup of a kind takes, in ms; one that is not known is taken to last a minute. */
  readonly typicalMs: ReadonlyMap<BackupKind, number>;
}

const unknownMs = 60_000;

/**
 * What would run from now on and why, in order, if every backup succeeded in its typical time. Starts nothing: it is the
 * plan, asked at each tick and at each end of a backup, with what it decided taken as done.
 */
export function preview(
  schedules: readonly CompiledSchedule[],
  state: PlanState,
  options: PreviewOptions,
): readonly PreviewedRun[] {
  const { from, until, tickMs } = options;
  const histories = new Map(state.histories);
  const usableFulls = new Set(state.usableFulls);
  const onTheirWay = new Map(state.admissions.map((admission) => [admission, endOf(admission, options)]));
  const runs: PreviewedRun[] = [];
  let ended = state.ended;
  let now = from;
  while (now < until) {
    const over = [...onTheirWay].filter(([, endsAt]) => endsAt <= now);
    ended = [...over.map(asEnded), ...ended].slice(0, 100);
    for (const [admission, endsAt] of over) {
      onTheirWay.delete(admission);
      complete(histories, admission, endsAt);
      // An incremental without a full becomes one.
      usableFulls.add(admission.order.type);
    }
    startWaiting(onTheirWay, now, { state, options });
    const admissions = [...onTheirWay.keys()];
    const simulated = { ...state, histories, admissions, ended, usableFulls };
    const { decisions, wakeAt } = plan(schedules, simulated, now);
    for (const decision of decisions.filter(({ action }) => action === 'run')) {
      const run = runOf(decision, now, options);
      runs.push(run);
      onTheirWay.set(admissionOf(decision, now), run.endsAt);
    }
    const ends = [...onTheirWay].filter(([{ state: stage }]) => stage !== 'waiting').map(([, end]) => end);
    const nextTick = from + (Math.floor((now - from) / tickMs) + 1) * tickMs;
    now = Math.min(nextTick, wakeAt ?? Infinity, ...ends);
  }
  return runs;
}

function typicalOf(kind: BackupKind, { typicalMs }: PreviewOptions): number {
  // A backup takes some time, and time has to pass here.
  return Math.max(1, typicalMs.get(kind) ?? unknownMs);
}

/** One that runs already has some of its time behind it. */
function endOf({ order, since, state }: Admission, options: PreviewOptions): number {
  const startedAt = state === 'running' ? Math.min(since, options.from) : options.from;
  return Math.max(options.from + 1, startedAt + typicalOf(order.kind, options));
}

/** On demand ones that wait go first, as soon as nothing stands in their way. */
function startWaiting(
  onTheirWay: Map<Admission, number>,
  now: number,
  { state, options }: { readonly state: PlanState; readonly options: PreviewOptions },
): void {
  for (const admission of [...onTheirWay.keys()]) {
    const others = [...onTheirWay.keys()].filter((other) => other.state !== 'waiting');
    const free = others.every(
      (other) => state.lockScope === 'type' && other.order.type !== admission.order.type,
    );
    if (admission.state === 'waiting' && free) {
      onTheirWay.delete(admission);
      onTheirWay.set(
        { ...admission, state: 'dispatched', since: now },
        now + typicalOf(admission.order.kind, options),
      );
    }
  }
}

function asEnded([{ order, since }, endedAt]: readonly [Admission, number]): EndedBackup {
  return { type: order.type, startedAt: since, endedAt };
}

function complete(histories: Map<string, ScheduleHistory>, { order }: Admission, endedAt: number): void {
  const { schedule, slot } = order;
  if (schedule !== null && slot !== null) {
    histories.set(schedule, { schedule, lastSlot: Date.parse(slot), lastCompletedAt: endedAt, failed: null });
  }
}

function runOf(
  { schedule, slot, code, reason }: Decision,
  now: number,
  options: PreviewOptions,
): PreviewedRun {
  const { name, kind } = schedule;
  const endsAt = now + typicalOf(kind, options);
  return { schedule: name, kind, slot: slot ?? now, startsAt: now, endsAt, code, reason };
}

function admissionOf(decision: Decision, now: number): Admission {
  const { schedule, slot, attempt, reason } = decision;
  const order: BackupOrder = {
    // Only shown in reasons of this simulation.
    backupId: decision.backupId ?? `the backup of ${schedule.name} before it`,
    attempt,
    kind: schedule.kind,
    ...backupKinds[schedule.kind],
    schedule: schedule.name,
    slot: new Date(slot ?? now).toISOString(),
    tenantId: null,
    trigger: 'schedule',
    requestedBy: 'scheduler',
    requestedAt: new Date(now).toISOString(),
    timeoutMs: schedule.timeoutMs,
    reason,
  };
  const since = { since: now, fencingToken: null, worker: null, startTime: null, progress: null };
  return { order, state: 'running', ...since };
}
