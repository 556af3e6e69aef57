import { createRequire } from 'node:module';
import type * as Sequencers from '@jest/test-sequencer';

// Its types are those of the CommonJS build alone.
const sequencers = createRequire(import.meta.url)('@jest/test-sequencer') as typeof Sequencers.default;

/** Seconds that the slowest files take where three shards run side by side on two cores; a wrong one costs balance alone. */
const seconds: Readonly<Record<string, number>> = {
  'backups/duckdb/incremental': 60,
  'backups/duckdb/restore/restore-duckdb': 25,
  'backups/duckdb/restore/zoo': 40,
  'backups/duckdb/snapshot/parse-wal': 22,
  'backups/duckdb/take-backup': 39,
  'backups/parquet/real-vault': 21,
  'backups/verification/duckdb-damage': 41,
  'backups/verification/parquet-damage': 30,
  'stores/keys/local': 29,
  'stores/objects/s3-faults': 44,
  'system/ledger': 52,
  'system/metadata-rebuild': 19,
  'system/paused-worker': 27,
  'system/quickstart': 36,
  'system/redis-flushall': 39,
  'system/s3': 66,
  'system/s3-worker-killed': 50,
  'system/shutdown': 26,
  'system/simultaneous-triggers': 29,
  'system/two-control-planes': 27,
  'system/verification': 21,
  'system/worker-killed': 57,
  'workers/worker-stop': 26,
};

/** Of the others, on average. */
const usual = 4;

const secondsOf = (path: string): number =>
  Object.entries(seconds).find(([name]) => path.endsWith(`/${name}.test.js`))?.[1] ?? usual;

interface Shard<T> {
  seconds: number;
  readonly tests: T[];
}

/** Shards that take about as long, by going from the slowest file to the fastest; jest goes by a hash. */
export default class EvenShards extends sequencers.default {
  override shard<T extends { readonly path: string }>(
    tests: readonly T[],
    { shardIndex, shardCount }: Sequencers.ShardOptions,
  ): T[] {
    const shards = Array.from({ length: shardCount }, (): Shard<T> => ({ seconds: 0, tests: [] }));
    const slowestFirst = [...tests].sort(
      (one, other) => secondsOf(other.path) - secondsOf(one.path) || (one.path < other.path ? -1 : 1),
    );
    for (const test of slowestFirst) {
      const lightest = shards.reduce((one, other) => (other.seconds < one.seconds ? other : one));
      lightest.tests.push(test);
      lightest.seconds += secondsOf(test.path);
    }
    return shards[shardIndex - 1]?.tests ?? [];
  }
}
