import { CronExpressionParser } from 'cron-parser';

/** A parsed cron expression: on which local days it has slots, and at which minutes of such a day. */
export interface CronExpression {
  /** Minutes since local midnight, ascending. */
  readonly minutes: readonly number[];
  /** True when it means every hour of the day (`*`): such slots follow elapsed time through a change of the clocks. */
  readonly everyHour: boolean;
  /** `day`: days since 1970-01-01 of the local calendar. */
  matchesDay(day: number): boolean;
}

const dayMs = 86_400_000;

/**
 * Five fields (minute, hour, day of month, month, day of week), names, ranges, steps, lists, `L`, `#` and `@daily` and
 * its kind. Throws an Error that says what is wrong.
 */
export function parseCron(expression: string): CronExpression {
  const text = expression.trim();
  if (!text.startsWith('@') && text.split(/\s+/).length !== 5) {
    throw new Error(
      'it must have five fields: minute, hour, day of month, month, day of week (seconds are not offered)',
    );
  }
  if (/(^|[\s,])H/.test(text)) {
    throw new Error('H is not allowed; use "jitter" to spread schedules');
  }
  const { fields } = CronExpressionParser.parse(text, { tz: 'UTC' });
  const months = new Set<number>(fields.month.values);
  const matchesDate = dateMatcher(fields);
  const everyDay = months.size === 12 && fields.dayOfMonth.isWildcard && fields.dayOfWeek.isWildcard;
  return {
    minutes: fields.hour.values.flatMap((hour) => fields.minute.values.map((minute) => hour * 60 + minute)),
    everyHour: fields.hour.values.length === 24,
    matchesDay: (day) => {
      if (everyDay) {
        return true;
      }
      const date = new Date(day * dayMs);
      return months.has(date.getUTCMonth() + 1) && matchesDate(date);
    },
  };
}

type Fields = ReturnType<typeof CronExpressionParser.parse>['fields'];

/** Day of month and day of week as every cron has it: where both are restricted, either is enough. */
function dateMatcher({ dayOfMonth, dayOfWeek }: Fields): (date: Date) => boolean {
  const days = new Set(dayOfMonth.values.map(String));
  const weekdays = new Set(dayOfWeek.values.map((value) => weekdayName(String(value))));
  const nth = dayOfWeek.nthDay;
  const matchesDayOfMonth = (date: Date): boolean =>
    days.has(String(date.getUTCDate())) || (days.has('L') && isLast(date, 1));
  const matchesDayOfWeek = (date: Date): boolean => {
    const weekday = String(date.getUTCDay());
    const inPlace = nth === 0 || Math.ceil(date.getUTCDate() / 7) === nth;
    return (weekdays.has(weekday) && inPlace) || (weekdays.has(`${weekday}L`) && isLast(date, 7));
  };
  if (dayOfMonth.isWildcard) {
    return dayOfWeek.isWildcard ? () => true : matchesDayOfWeek;
  }
  return dayOfWeek.isWildcard
    ? matchesDayOfMonth
    : (date) => matchesDayOfMonth(date) || matchesDayOfWeek(date);
}

/** Sunday is 0 and 7. */
function weekdayName(value: string): string {
  return value.replace('7', '0');
}

/** Whether `days` days later another month has begun. */
function isLast(date: Date, days: number): boolean {
  return new Date(date.getTime() + days * dayMs).getUTCMonth() !== date.getUTCMonth();
}
