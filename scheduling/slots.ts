/** The slots beside a moment: the newest at or before it and the first after it, milliseconds since the epoch. */
export interface SlotWindow {
  readonly previous: number;
  readonly next: number;
}

/** All slots of a schedule, past and to come, as a function of time alone: they never drift with runs or ticks. */
export interface Slots {
  around(moment: number): SlotWindow;
}

/** Fixed-rate slots: every multiple of `every` counted from the anchor, before it and after it. */
export function intervalSlots(every: number, anchor: number): Slots {
  const phase = ((anchor % every) + every) % every;
  return {
    around: (moment) => {
      const previous = Math.floor((moment - phase) / every) * every + phase;
      return { previous, next: previous + every };
    },
  };
}
