import type { Timing } from '../scheduling/schedule.ts';

/** What an entry says of when; where it says nothing, what it changes. */
export function timingOf(
  entry: {
    readonly every?: number | undefined;
    readonly anchor?: string | undefined;
    readonly cron?: string | undefined;
    readonly timeZone?: string | undefined;
  },
  from: Timing | undefined,
): Timing | undefined {
  if (entry.cron !== undefined) return { cron: entry.cron, timeZone: entry.timeZone ?? 'UTC' };
  const before = from !== undefined && 'every' in from ? from : undefined;
  const every = entry.every ?? before?.every;
  if (every === undefined) return from;
  return { every, anchor: entry.anchor === undefined ? (before?.anchor ?? 0) : Date.parse(entry.anchor) };
}
