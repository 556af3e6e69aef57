import { Duration } from 'luxon';

export const durationHint =
  'an ISO-8601 duration without months or years, longer than zero, at most P36500D (PT15M, PT6H, P1D = 24 h)';

/** A hundred years: added to any moment, still one that a Date can hold. */
const longest = 36_500 * 86_400_000;

/** Milliseconds of an ISO-8601 duration; undefined for one that is not allowed: months, years, zero, negative, too long. */
export function durationMs(text: string): number | undefined {
  const duration = Duration.fromISO(text);
  if (!duration.isValid || duration.years !== 0 || duration.months !== 0) return undefined;
  const ms = duration.toMillis();
  return Number.isSafeInteger(ms) && ms > 0 && ms <= longest ? ms : undefined;
}
