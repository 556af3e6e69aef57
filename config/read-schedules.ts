import { CodedError } from '../errors/coded-error.ts';
import { kindOf } from '../model/backup-kind.ts';
import { defaultRetry, defaultSchedules, scheduleDefaults } from '../scheduling/default-schedules.ts';
import type { RetryPolicy, Schedule, Timing } from '../scheduling/schedule.ts';
import type { ScheduleEntry } from './schedule-entry.ts';

/** The default schedules with the configured changes, then the configured further ones. Throws `configuration-invalid`. */
export function readSchedules(entries: readonly ScheduleEntry[]): readonly Schedule[] {
  const changed = defaultSchedules.map((schedule) => {
    const entry = entries.find(({ name }) => name === schedule.name);
    return entry === undefined ? schedule : changedBy(entry, schedule);
  });
  const further = entries
    .filter(({ name }) => !defaultSchedules.some((schedule) => schedule.name === name))
    .map((entry) => changedBy(entry, undefined));
  return [...changed, ...further];
}

function changedBy(entry: ScheduleEntry, from: Schedule | undefined): Schedule {
  const kind = entry.type && entry.scope ? kindOf(entry.type, entry.scope) : from?.kind;
  const timing = timingOf(entry, from?.timing);
  if (kind === undefined || timing === undefined) {
    const lacks = kind === undefined ? 'type and scope' : 'every or cron';
    throw new CodedError(
      'configuration-invalid',
      `schedules: ${entry.name} is no default schedule and lacks ${lacks}`,
    );
  }
  const rest = from ?? scheduleDefaults;
  return {
    name: entry.name,
    kind,
    timing,
    after: entry.after ?? rest.after,
    misfire: entry.misfire ?? rest.misfire,
    misfireGraceMs: entry.misfireGrace ?? rest.misfireGraceMs,
    jitterMs: entry.jitter ?? rest.jitterMs,
    timeoutMs: entry.timeout === undefined ? rest.timeoutMs : entry.timeout,
    enabled: entry.enabled ?? rest.enabled,
    retry: retryOf(entry, rest.retry),
    rpoMs: entry.rpo === undefined ? rest.rpoMs : entry.rpo,
  };
}

function timingOf(entry: ScheduleEntry, from: Timing | undefined): Timing | undefined {
  if (entry.cron !== undefined) return { cron: entry.cron, timeZone: entry.timeZone ?? 'UTC' };
  const before = from !== undefined && 'every' in from ? from : undefined;
  const every = entry.every ?? before?.every;
  if (every === undefined) return from;
  return { every, anchor: entry.anchor === undefined ? (before?.anchor ?? 0) : Date.parse(entry.anchor) };
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
