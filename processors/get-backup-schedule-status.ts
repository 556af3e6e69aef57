import type { Clock } from '../engine/clock.ts';
import type { Exchange } from '../engine/exchange.ts';
import { plan } from '../scheduling/plan.ts';
import type { LockScope } from '../stores/exclusion/port.ts';
import { scheduleStatus, type ScheduleStatus } from './schedule-status/schedule-status.ts';
import { seeState, type StateDeps } from './scheduling/see-state.ts';

export interface BackupScheduleStatus {
  /** False: nothing is scheduled; backups on demand still run. */
  readonly enabled: boolean;
  readonly lockScope: LockScope;
  /** In the order in which they are configured. */
  readonly schedules: readonly ScheduleStatus[];
}

/** How each schedule stands now, by the plan that decides it. */
export async function getBackupScheduleStatus(
  _exchange: Exchange<unknown>,
  deps: StateDeps & { readonly clock: Clock },
): Promise<BackupScheduleStatus> {
  const { schedules, lockScope, clock } = deps;
  const seen = await seeState(deps, clock.now());
  const { decisions } = plan(schedules.compiled, seen.state, seen.now);
  const byName = new Map(decisions.map((decision) => [decision.schedule.name, decision]));
  return {
    enabled: schedules.enabled,
    lockScope,
    schedules: schedules.compiled.flatMap(({ schedule }) => {
      const decision = byName.get(schedule.name);
      return decision === undefined ? [] : [scheduleStatus(decision, seen)];
    }),
  };
}
