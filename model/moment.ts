import { z } from 'zod';

const moment = z.iso.datetime({ offset: true });

/**
 * Milliseconds since the epoch of an ISO-8601 time with its zone, as the API takes it. Undefined for all else, also for
 * a day that does not exist, which Date.parse takes for one of the month after.
 */
export function momentOf(text: string): number | undefined {
  return moment.safeParse(text).success ? Date.parse(text) : undefined;
}

/** A time as ISO-8601 in UTC, with up to nanoseconds: those of a ledger are that fine, and `Date` knows milliseconds. */
export function toUtc(text: string): string {
  return new Date(text).toISOString().replace('Z', `${finerDigits(text)}Z`);
}

/** ns since 1970 of an ISO-8601 time. */
export function nanosecondsOf(text: string): bigint {
  return BigInt(Date.parse(text)) * 1_000_000n + BigInt(finerDigits(text).padEnd(6, '0'));
}

function finerDigits(text: string): string {
  return /\.\d{3}(\d{1,6})/.exec(text)?.[1] ?? '';
}
