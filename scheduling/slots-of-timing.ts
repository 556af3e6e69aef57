import { errorText } from '../errors/coded-error.ts';
import { parseCron } from './cron-expression.ts';
import { cronSlots } from './cron-slots.ts';
import type { Timing } from './schedule.ts';
import { intervalSlots, type Slots } from './slots.ts';
import { zoneOffsets } from './zone-offsets.ts';

/** The slots of a timing; undefined for a wrong one, which `problems` then names by `key` (`schedules.nightly`). */
export function slotsOfTiming(key: string, timing: Timing, problems: string[]): Slots | undefined {
  return 'cron' in timing ? slotsOfCron(key, timing, problems) : slotsOfInterval(key, timing, problems);
}

function slotsOfInterval(
  key: string,
  timing: Extract<Timing, { every: number }>,
  problems: string[],
): Slots | undefined {
  if (!Number.isSafeInteger(timing.every) || timing.every <= 0 || !Number.isSafeInteger(timing.anchor)) {
    problems.push(
      `${key}.every: ${timing.every} ms from ${timing.anchor} must be a whole positive number from a whole one`,
    );
    return undefined;
  }
  return intervalSlots(timing.every, timing.anchor);
}

function slotsOfCron(
  key: string,
  timing: Extract<Timing, { cron: string }>,
  problems: string[],
): Slots | undefined {
  const zone = zoneOffsets(timing.timeZone);
  if (zone === undefined) {
    problems.push(
      `${key}.timeZone: "${timing.timeZone}" is not a time zone; give an IANA name such as "Europe/Berlin" or "UTC"`,
    );
  }
  try {
    const expression = parseCron(timing.cron);
    const slots = zone === undefined ? undefined : cronSlots(expression, zone);
    slots?.around(0);
    return slots;
  } catch (error) {
    problems.push(
      `${key}.cron: "${timing.cron}" is not a cron expression: ${errorText(error)}; e.g. "30 2 * * *"`,
    );
    return undefined;
  }
}
