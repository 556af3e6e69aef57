import type { Slots } from './slots.ts';
import { stableFraction } from './stable-fraction.ts';

/** Where a schedule stands at a moment; milliseconds since the epoch. */
export interface Standing {
  /** The newest slot that is due. */
  readonly slot: number;
  readonly dueAt: number;
  /** The newest slot at or before the moment (with jitter it may not be due yet) and the one after it. */
  readonly previous: number;
  readonly next: number;
  /** When the slot after `slot` becomes due. */
  readonly nextDueAt: number;
  /** All of this holds from this moment until before the other. */
  readonly from: number;
  readonly until: number;
}

/** The slots of one schedule with their jitter, remembered from one question to the next. */
export interface Timeline {
  at(moment: number): Standing;
  /** When a slot is due: its time, and the same jitter each time it is asked. */
  dueAt(slot: number): number;
  /** When the first slot after the given one is due. */
  firstDueAfter(slot: number): number;
}

/** A slot's jitter never reaches the next slot, so slots fall due in order. */
export function createTimeline(name: string, slots: Slots, jitterMs: number): Timeline {
  const dueIn = (slot: number, next: number): number =>
    jitterMs === 0 ? slot : slot + Math.floor(stableFraction(name, slot) * Math.min(jitterMs, next - slot));
  const dueAt = (slot: number): number => (jitterMs === 0 ? slot : dueIn(slot, slots.around(slot).next));

  const standingAt = (moment: number): Standing => {
    const { previous, next } = slots.around(moment);
    const due = dueIn(previous, next);
    if (due <= moment) {
      const nextDueAt = dueAt(next);
      return { slot: previous, dueAt: due, previous, next, nextDueAt, from: due, until: next };
    }
    const before = slots.around(previous - 1).previous;
    const beforeDueAt = dueIn(before, previous);
    return {
      slot: before,
      dueAt: beforeDueAt,
      previous,
      next,
      nextDueAt: due,
      from: previous,
      until: due,
    };
  };

  let standing: Standing | undefined;
  let lastSlot = NaN;
  let dueAfterLastSlot = NaN;
  return {
    at: (moment) => {
      if (standing === undefined || moment < standing.from || moment >= standing.until) {
        standing = standingAt(moment);
      }
      return standing;
    },
    dueAt,
    firstDueAfter: (slot) => {
      if (slot !== lastSlot) {
        lastSlot = slot;
        dueAfterLastSlot = dueAt(slots.around(slot).next);
      }
      return dueAfterLastSlot;
    },
  };
}
