import { Duration } from 'luxon';

/**
 * Milliseconds of an ISO-8601 duration such as PT15M, PT6H or P1D (24 hours, whatever the clocks do). Throws an Error
 * that says why: months and years have no fixed length, and zero or less is no duration here.
 */
export function durationMs(text: string): number {
  const duration = Duration.fromISO(text);
  if (!duration.isValid) {
    throw new Error('it is not an ISO-8601 duration');
  }
  const { years, months, quarters } = duration;
  if (years !== 0 || months !== 0 || quarters !== 0) {
    throw new Error('months and years have no fixed length; give weeks, days or hours');
  }
  const ms = Math.round(duration.toMillis());
  if (Object.values(duration.toObject()).some((part) => part < 0)) {
    throw new Error('it must not be negative');
  }
  if (ms === 0) {
    throw new Error('it must be longer than zero');
  }
  return ms;
}

/** Milliseconds as an ISO-8601 duration of hours, minutes and seconds, e.g. PT24H, PT1H30M, PT0.5S. */
export function isoDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1000;
  const parts = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : ''].join('');
  return `PT${parts}${seconds > 0 || parts === '' ? `${seconds}S` : ''}`;
}
