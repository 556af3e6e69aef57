import type { CronExpression } from './cron-expression.ts';
import { slotsOfDays, type DaySlots } from './day-slots.ts';
import type { Slots } from './slots.ts';
import type { ZoneOffsets } from './zone-offsets.ts';

const dayMs = 86_400_000;
/** The rarest slots (a fifth weekday of a February) are 40 years apart at most. */
const searchedDays = 50 * 366;

/**
 * Slots of a cron expression in a time zone; where the clocks change, as `DaySlots` says.
 * `around` throws a RangeError when the expression has no slot within 50 years.
 */
export function cronSlots(expression: CronExpression, zone: ZoneOffsets): Slots {
  const days = slotsOfDays(expression, zone);
  return {
    around: (moment) => {
      const today = Math.floor((moment + zone.at(moment)) / dayMs);
      const previous = newest(days, moment, today);
      const next = first(days, moment, today);
      if (previous === undefined || next === undefined) {
        throw new RangeError('it has no slot within 50 years');
      }
      return { previous, next };
    },
  };
}

/** Starts a day ahead and looks one day further than the first found: a gap in the clocks can move a slot past midnight. */
function newest(days: DaySlots, moment: number, today: number): number | undefined {
  for (let day = today + 1; day >= today - searchedDays; day -= 1) {
    const found = days.newest(day, moment);
    if (found !== undefined) {
      return Math.max(found, days.newest(day - 1, moment) ?? found);
    }
  }
  return undefined;
}

function first(days: DaySlots, moment: number, today: number): number | undefined {
  for (let day = today - 1; day <= today + searchedDays; day += 1) {
    const found = days.first(day, moment);
    if (found !== undefined) {
      return Math.min(found, days.first(day + 1, moment) ?? found);
    }
  }
  return undefined;
}
