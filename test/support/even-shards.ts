import { createRequire } from 'node:module';
import type * as Sequencers from '@jest/test-sequencer';

// Its types are those of the CommonJS build alone.
const sequencers = createRequire(import.meta.url)('@jest/test-sequencer') as typeof Sequencers.default;

/** Gives every shard its part of each folder, since those of one folder take about as long; jest goes by a hash. */
export default class EvenShards extends sequencers.default {
  override shard<T extends { readonly path: string }>(
    tests: readonly T[],
    { shardIndex, shardCount }: Sequencers.ShardOptions,
  ): T[] {
    return [...tests]
      .sort((one, other) => (one.path < other.path ? -1 : 1))
      .filter((_, index) => index % shardCount === shardIndex - 1);
  }
}
