import { IANAZone } from 'luxon';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** The zone's distance from UTC around a local day, in ms (positive east): before anything and after everything of it. */
export interface DayOffsets {
  readonly before: number;
  readonly after: number;
}

export interface ZoneOffsets {
  /** Distance from UTC at an instant, in ms. */
  at(instant: number): number;
  /** `day`: days since 1970-01-01 of the local calendar. Both are the same on a day without a change of the clocks. */
  ofDay(day: number): DayOffsets;
}

const known = new Map<string, ZoneOffsets>();

/** Offsets of an IANA zone, remembered by day; undefined when there is no such zone. */
export function zoneOffsets(timeZone: string): ZoneOffsets | undefined {
  const found = known.get(timeZone);
  if (found !== undefined || !IANAZone.isValidZone(timeZone)) {
    return found;
  }
  const zone = IANAZone.create(timeZone);
  const ask = (instant: number): number => Math.round(zone.offset(instant) * 60_000);
  const days = new Map<number, DayOffsets>();
  const ofDay = (day: number): DayOffsets => {
    const remembered = days.get(day);
    if (remembered !== undefined) {
      return remembered;
    }
    // Local clocks run between 12 h behind and 14 h ahead of UTC.
    const midnight = day * dayMs;
    const made = { before: ask(midnight - 15 * hourMs), after: ask(midnight + dayMs + 13 * hourMs) };
    if (days.size >= 4096) {
      days.clear();
    }
    days.set(day, made);
    return made;
  };
  const offsets: ZoneOffsets = {
    at: (instant) => {
      const { before, after } = ofDay(Math.floor(instant / dayMs));
      return before === after ? before : ask(instant);
    },
    ofDay,
  };
  known.set(timeZone, offsets);
  return offsets;
}
