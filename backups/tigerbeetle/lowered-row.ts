/** Numbers in a row, of which ranges are lowered and the least is asked for: each takes steps that grow with log(n). */
export interface LoweredRow {
  /** The least of those that were not dropped; undefined where none is left. */
  least(): bigint | undefined;
  /** Lowers those from one place up to another, which is not lowered. */
  lower(from: number, to: number, by: bigint): void;
  /** Drops the least. */
  drop(): void;
}

/** Above anything that amounts of 128 bits add up to, as they are counted here. */
const dropped = 1n << 512n;

/**
 * Each leaf is the difference to the number before, so that lowering a range changes two of them; each node holds the
 * sum of its leaves, and the least of their running sums.
 */
export function createLoweredRow(numbers: readonly bigint[]): LoweredRow {
  let size = 1;
  // One leaf more at least: what lies behind the last number counts as dropped.
  while (size <= numbers.length) size *= 2;
  const sum = Array.from({ length: 2 * size }, () => 0n);
  const least = [...sum];
  let left = numbers.length;
  const join = (node: number): void => {
    const [before, after] = [2 * node, 2 * node + 1];
    const following = at(sum, before) + at(least, after);
    sum[node] = at(sum, before) + at(sum, after);
    least[node] = at(least, before) < following ? at(least, before) : following;
  };
  const change = (place: number, by: bigint): void => {
    let node = size + place;
    sum[node] = least[node] = at(sum, node) + by;
    while ((node >>= 1) >= 1) join(node);
  };
  let previous = 0n;
  for (const [place, number] of [...numbers, dropped].entries()) {
    sum[size + place] = least[size + place] = number - previous;
    previous = number;
  }
  for (let node = size - 1; node >= 1; node -= 1) join(node);

  const lower = (from: number, to: number, by: bigint): void => {
    if (from >= to) return;
    change(from, -by);
    change(to, by);
  };
  return {
    least: () => (left === 0 ? undefined : least[1]),
    lower,
    drop() {
      let node = 1;
      while (node < size) {
        node *= 2;
        if (at(least, node) > at(sum, node) + at(least, node + 1)) node += 1;
      }
      lower(node - size, node - size + 1, -dropped);
      left -= 1;
    },
  };
}

function at(values: readonly bigint[], place: number): bigint {
  return values[place] ?? 0n;
}
