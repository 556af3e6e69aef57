/** Numbers drawn from a seed: the same ones each time. */
export interface Dice {
  /** 0 to `below` - 1. */
  below(limit: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  /** One of them; undefined of none. */
  from<T>(these: readonly T[]): T | undefined;
  /** A few of them, at least one where there is one, in their order. */
  some<T>(these: readonly T[]): T[];
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => (limit <= 0 ? 0 : next() % limit);
  const once = (times: number): boolean => below(times) === 0;
  const from = <T>(these: readonly T[]): T | undefined => these[below(these.length)];
  return {
    below,
    once,
    from,
    some(these) {
      const chosen = these.filter(() => once(2));
      const one = from(these);
      return chosen.length > 0 || one === undefined ? chosen : [one];
    },
  };
}
