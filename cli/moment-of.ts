import { z } from 'zod';

const moment = z.iso.datetime({ offset: true });

/**
 * Milliseconds since the epoch of an ISO-8601 time with its zone, as the API takes it. Undefined for all else, also for
 * a day that does not exist, which Date.parse takes for one of the month after.
 */
export function momentOf(text: string): number | undefined {
  return moment.safeParse(text).success ? Date.parse(text) : undefined;
}
