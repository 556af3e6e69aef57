/** Sorted samples' quantile, e.g. 0.5 for the median. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** Of the same thing measured twice: what else a machine does makes it slower, never quicker. */
export function quickerOf<T extends { readonly seconds: number }>(one: T, other: T): T {
  return other.seconds < one.seconds ? other : one;
}

/** One line for a measurement, in milliseconds. */
export function summary(samples: readonly number[]): string {
  return `median ${quantile(samples, 0.5).toFixed(3)} ms, p99 ${quantile(samples, 0.99).toFixed(3)} ms`;
}

/** How much more one costs than the other, at the median and at p99. */
export function ratio(of: readonly number[], to: readonly number[]): string {
  const at = (q: number): string => (quantile(of, q) / quantile(to, q)).toFixed(3);
  return `median ×${at(0.5)}, p99 ×${at(0.99)}`;
}

/**
 * Times each way of doing something, in milliseconds, round by round in turn, so that what else the machine does meets
 * all alike; who begins changes from round to round. The first warms up and is not counted.
 */
export async function alternate<Name extends string, Prepared>(
  ways: Readonly<Record<Name, (prepared: Prepared) => Promise<void>>>,
  options: {
    readonly messages: number;
    readonly rounds: number;
    /** Awaited before each, outside the time. */
    readonly prepare: () => Promise<Prepared>;
  },
): Promise<Record<Name, number[]>> {
  const names = Object.keys(ways) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= options.rounds; round += 1) {
    names.push(...names.splice(0, 1));
    for (const name of names) {
      for (let message = 0; message < options.messages; message += 1) {
        const prepared = await options.prepare();
        const start = performance.now();
        await ways[name](prepared);
        if (round > 0) samples[name].push(performance.now() - start);
      }
    }
  }
  return samples;
}
