import { backupKinds, type BackupType } from '../../model/backup-kind.ts';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import type { Decision, EndedBackup, Plan, PlanState } from '../../scheduling/decision.ts';
import { plan } from '../../scheduling/plan.ts';
import type { Schedule } from '../../scheduling/schedule.ts';
import type { Admission, LockScope } from '../../stores/exclusion/port.ts';
import type { ScheduleHistory } from '../../stores/metadata/port.ts';
import type { SettableClock } from '../support/settable-clock.ts';

export const allTypes: ReadonlySet<BackupType> = new Set(['tigerbeetle', 'duckdb', 'parquet', 'kms']);

export const emptyState: PlanState = {
  enabled: true,
  lockScope: 'global',
  histories: new Map(),
  admissions: [],
  ended: [],
  configuredTypes: allTypes,
  usableFulls: new Set(['duckdb']),
};

/** What became of one attempt. */
export interface Run {
  readonly schedule: string;
  readonly slot: number;
  readonly attempt: number;
  readonly backupId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
}
export type Outcome = 'completed' | 'failed' | 'interrupted';
export type Take = (decision: Decision) => { readonly ms: number; readonly outcome: Outcome };

export function admission(decision: Decision, now: number, backupId: string): Admission {
  const { schedule, slot, attempt, reason } = decision;
  const at = new Date(now).toISOString();
  return {
    order: {
      backupId,
      attempt,
      kind: schedule.kind,
      ...backupKinds[schedule.kind],
      schedule: schedule.name,
      slot: slot === null ? null : new Date(slot).toISOString(),
      tenantId: null,
      trigger: 'schedule',
      requestedBy: 'scheduler',
      requestedAt: at,
      timeoutMs: schedule.timeoutMs,
      reason,
    },
    state: 'running',
    since: now,
    fencingToken: 1,
    worker: 'test:1',
    startTime: at,
    progress: null,
  };
}

/** What an installation does with the plan, at once: ticks, admissions, ends and the histories that follow from them. */
export class Simulation {
  readonly runs: Run[] = [];
  readonly plans: { readonly at: number; readonly plan: Plan }[] = [];
  readonly #compiled;
  readonly #inFlight = new Map<Admission, Run>();
  readonly #clock: SettableClock;
  readonly #lockScope: LockScope;
  #count = 0;

  constructor(schedules: readonly Schedule[], clock: SettableClock, lockScope: LockScope = 'global') {
    this.#compiled = compileSchedules(schedules);
    this.#clock = clock;
    this.#lockScope = lockScope;
  }

  /** Ticks until `ms` later, with checks at each tick, each end and each wake-up. */
  advance(ms: number, tickMs: number, take: Take): void {
    const until = this.#clock.now() + ms;
    while (this.#clock.now() <= until) {
      this.check(take);
      const now = this.#clock.now();
      const ends = [...this.#inFlight.values()].map(({ endedAt }) => endedAt);
      const wakeAt = this.plans.at(-1)?.plan.wakeAt ?? Infinity;
      this.#clock.tick(Math.min(Math.floor(now / tickMs) * tickMs + tickMs, wakeAt, ...ends) - now);
    }
  }

  check(take: Take): Plan {
    const now = this.#clock.now();
    for (const [admitted, run] of this.#inFlight) {
      if (run.endedAt <= now) {
        this.#inFlight.delete(admitted);
        this.runs.push(run);
      }
    }
    const made = plan(this.#compiled, this.state(now), now);
    this.plans.push({ at: now, plan: made });
    for (const decision of made.decisions.filter(({ action }) => action === 'run')) {
      this.#count += 1;
      const backupId = decision.backupId ?? `backup-${this.#count}`;
      const { ms, outcome } = take(decision);
      this.#inFlight.set(admission(decision, now, backupId), {
        schedule: decision.schedule.name,
        slot: decision.slot ?? NaN,
        attempt: decision.attempt,
        backupId,
        startedAt: now,
        endedAt: now + Math.max(1, ms),
        outcome,
      });
    }
    return made;
  }

  state(now: number): PlanState {
    return {
      ...emptyState,
      lockScope: this.#lockScope,
      admissions: [...this.#inFlight.keys()],
      histories: new Map(
        this.#compiled.map(({ schedule: { name } }) => [name, historyOf(name, this.runs, now)]),
      ),
      ended: this.runs.slice(-100).map((run) => this.#asEnded(run)),
    };
  }

  #asEnded({ schedule, startedAt, endedAt }: Run): EndedBackup {
    const type = this.#compiled.find((one) => one.schedule.name === schedule)?.type ?? 'kms';
    return { type, startedAt, endedAt };
  }
}

/** The contract of the metadata, from the runs themselves. */
function historyOf(schedule: string, runs: readonly Run[], now: number): ScheduleHistory {
  const own = runs.filter((run) => run.schedule === schedule && run.slot <= now);
  const completed = own.filter(({ outcome }) => outcome === 'completed');
  const lastSlot = completed.length === 0 ? null : Math.max(...completed.map(({ slot }) => slot));
  const open = own.filter(
    (run) =>
      run.slot > (lastSlot ?? -Infinity) && !completed.some(({ backupId }) => backupId === run.backupId),
  );
  const newest = open.toSorted((a, b) => a.slot - b.slot || a.attempt - b.attempt).at(-1);
  return {
    schedule,
    lastSlot,
    lastCompletedAt: completed.length === 0 ? null : Math.max(...completed.map(({ endedAt }) => endedAt)),
    failed:
      newest === undefined
        ? null
        : {
            backupId: newest.backupId,
            slot: newest.slot,
            attempt: newest.attempt,
            failures: own.filter((run) => run.backupId === newest.backupId && run.outcome === 'failed')
              .length,
            failedAt: newest.endedAt,
            interrupted: newest.outcome === 'interrupted',
            error: 'the source is gone',
          },
  };
}
