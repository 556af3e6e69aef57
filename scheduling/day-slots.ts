import type { CronExpression } from './cron-expression.ts';
import type { DayOffsets, ZoneOffsets } from './zone-offsets.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/**
 * The slots of a local day (days since 1970-01-01). Where the clocks change, RFC 5545 decides: a local time that does
 * not exist is read with the offset before the gap (02:30 runs at 03:30), one that exists twice means the first.
 * Expressions for every hour follow elapsed time instead: nothing in the gap, and both of what is repeated.
 * No library's iteration is used for this: going forward and going back, cron-parser disagrees with itself there.
 */
export interface DaySlots {
  /** The newest slot of the day at or before the moment. */
  newest(day: number, moment: number): number | undefined;
  /** The first slot of the day after the moment. */
  first(day: number, moment: number): number | undefined;
}

export function slotsOfDays(expression: CronExpression, zone: ZoneOffsets): DaySlots {
  const { minutes, everyHour } = expression;

  const instantsOf = (local: number, { before, after }: DayOffsets): number[] => {
    const real = [local - before, local - after].filter((instant) => zone.at(instant) === local - instant);
    if (real.length === 0) {
      return everyHour ? [] : [local - before];
    }
    return everyHour ? real : [Math.min(...real)];
  };

  const changeDays = new Map<number, readonly number[]>();
  /** All slots of a day on which the clocks change. */
  const slotsOfChange = (day: number, offsets: DayOffsets): readonly number[] => {
    const slots =
      changeDays.get(day) ??
      minutes.flatMap((minute) => instantsOf(day * dayMs + minute * minuteMs, offsets)).sort((a, b) => a - b);
    changeDays.set(day, slots);
    return slots;
  };

  return {
    newest: (day, moment) => {
      if (!expression.matchesDay(day)) {
        return undefined;
      }
      const offsets = zone.ofDay(day);
      if (offsets.before !== offsets.after) {
        return slotsOfChange(day, offsets).findLast((slot) => slot <= moment);
      }
      const midnight = day * dayMs - offsets.before;
      const minute = minutes[countUpTo(minutes, (moment - midnight) / minuteMs) - 1];
      return minute === undefined ? undefined : midnight + minute * minuteMs;
    },
    first: (day, moment) => {
      if (!expression.matchesDay(day)) {
        return undefined;
      }
      const offsets = zone.ofDay(day);
      if (offsets.before !== offsets.after) {
        return slotsOfChange(day, offsets).find((slot) => slot > moment);
      }
      const midnight = day * dayMs - offsets.before;
      const minute = minutes[countUpTo(minutes, (moment - midnight) / minuteMs)];
      return minute === undefined ? undefined : midnight + minute * minuteMs;
    },
  };
}

/** How many of the ascending values are at most `limit`. */
function countUpTo(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? Infinity) <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
