import { CodedError } from '../errors/coded-error.ts';
import { kindOf } from '../model/backup-kind.ts';
import { defaultRetry, defaultSchedules, scheduleDefaults } from '../scheduling/default-schedules.ts';
import type { RetryPolicy, Schedule } from '../scheduling/schedule.ts';
import type { ScheduleEntry } from './schedule-entry.ts';
import { timingOf } from './timing-of.ts';

/**
 * The default schedules with the configured changes, then the configured further ones. `tickMs`: period of the master
 * timer; a slot met two ticks later is still met. Throws `configuration-invalid`.
 */
export function readSchedules(entries: readonly ScheduleEntry[], tickMs = 300_000): readonly Schedule[] {
  const grace = { misfireGraceMs: Math.max(scheduleDefaults.misfireGraceMs, 2 * tickMs) };
  const changed = defaultSchedules.map((schedule) => {
    const entry = entries.find(({ name }) => name === schedule.name);
    return entry === undefined ? { ...schedule, ...grace } : changedBy(entry, { ...schedule, ...grace });
  });
  const further = entries
    .filter(({ name }) => !defaultSchedules.some((schedule) => schedule.name === name))
    .map((entry) => changedBy(entry, { ...scheduleDefaults, ...grace }));
  return [...changed, ...further];
}

/** What an entry changes: a default schedule, or the defaults of any schedule. */
type Base = Omit<Schedule, 'name' | 'kind' | 'timing'> & Partial<Pick<Schedule, 'kind' | 'timing'>>;

function changedBy(entry: ScheduleEntry, from: Base): Schedule {
  const kind = entry.type && entry.scope ? kindOf(entry.type, entry.scope) : from.kind;
  const timing = timingOf(entry, from.timing);
  if (kind === undefined || timing === undefined) {
    const lacks = kind === undefined ? 'type and scope' : 'every or cron';
    throw new CodedError(
      'configuration-invalid',
      `schedules: ${entry.name} is no default schedule and lacks ${lacks}`,
    );
  }
  return {
    name: entry.name,
    kind,
    timing,
    after: entry.after ?? from.after,
    misfire: entry.misfire ?? from.misfire,
    misfireGraceMs: entry.misfireGrace ?? from.misfireGraceMs,
    jitterMs: entry.jitter ?? from.jitterMs,
    timeoutMs: entry.timeout === undefined ? from.timeoutMs : entry.timeout,
    enabled: entry.enabled ?? from.enabled,
    retry: retryOf(entry, from.retry),
    rpoMs: entry.rpo === undefined ? from.rpoMs : entry.rpo,
  };
}

function retryOf({ retry }: ScheduleEntry, from: RetryPolicy = defaultRetry): RetryPolicy {
  return {
    maxAttempts: retry?.maxAttempts ?? from.maxAttempts,
    initialDelayMs: retry?.initialDelay ?? from.initialDelayMs,
    factor: retry?.factor ?? from.factor,
    maxDelayMs: retry?.maxDelay ?? from.maxDelayMs,
    jitter: retry?.jitter ?? from.jitter,
  };
}
