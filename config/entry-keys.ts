import type { ScheduleEntry } from './schedule-entry.ts';
import type { VerificationEntry } from './verification-entry.ts';

/** What each key of an entry of `schedules` is for, and its default, for the documentation. */
export const entryKeys: Readonly<Record<keyof ScheduleEntry, readonly [doc: string, byDefault: string]>> = {
  name: [
    'Lower-case letters, digits and hyphens; the name of a default schedule changes that one.',
    'required',
  ],
  type: ['`tigerbeetle`, `duckdb`, `parquet` or `kms`.', 'required for a schedule of your own'],
  scope: [
    '`full`, or `incremental` (TigerBeetle and DuckDB alone); goes with `type`.',
    'required for a schedule of your own',
  ],
  every: ['Interval of fixed-rate slots.', 'either this or `cron`'],
  anchor: ['An instant that has a slot; it gives `every` its phase.', '`"1970-01-01T00:00:00Z"`'],
  cron: ['Five fields: minute, hour, day of month, month, day of week.', 'either this or `every`'],
  timeZone: ['IANA time zone of `cron`.', '`"UTC"`'],
  after: [
    'Schedules that go first when they are due at the same time; one that failed, is off or is not due is not waited for.',
    '`[]`',
  ],
  misfire: [
    'What becomes of slots missed while nothing ran: `catch-up` runs the newest of them once, `skip` none.',
    '`"catch-up"`',
  ],
  misfireGrace: [
    'With `skip`: how late a slot may begin and still be met. Time in which another backup ran does not count.',
    'PT10M, or two ticks where that is longer',
  ],
  jitter: ['Each slot is due up to this much later, always the same for the same slot.', 'none'],
  timeout: ['An attempt is aborted after this; `null`: never.', '`null`'],
  enabled: ['Whether it runs.', '`true`'],
  retry: [
    '`maxAttempts` (5), `initialDelay` (PT1M), `factor` (2), `maxDelay` (PT1H), `jitter` (0.2): a failed slot is tried again after growing delays, then given up; the next slot starts afresh.',
    'as given',
  ],
  rpo: ['How old the newest restorable data may be; reported, never enforced. `null`: no target.', '`null`'],
};

/** The same for the entries of `verifications`. */
export const verificationKeys: Readonly<
  Record<keyof VerificationEntry, readonly [doc: string, byDefault: string]>
> = {
  name: [
    'Lower-case letters, digits and hyphens; the name of a default verification changes that one.',
    'required',
  ],
  level: [
    '1: every object is there, with its size and checksum; 2: opens and decodes all; 3: restores and compares.',
    'required for one of your own',
  ],
  of: ['`all` backups, or the `newest` of each type.', 'required for one of your own'],
  types: ['Which types.', 'all of them'],
  every: ['Interval of fixed-rate slots.', 'either this or `cron`'],
  anchor: ['An instant that has a slot; it gives `every` its phase.', '`"1970-01-01T00:00:00Z"`'],
  cron: ['Five fields: minute, hour, day of month, month, day of week.', 'either this or `every`'],
  timeZone: ['IANA time zone of `cron`.', '`"UTC"`'],
  enabled: ['Whether it runs.', '`true`'],
};
