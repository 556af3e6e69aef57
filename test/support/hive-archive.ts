import { createParquetTaker } from '../../backups/parquet/take-backup.ts';
import { memoryVault } from './memory-vault.ts';
import { writeParquet } from './parquet-archive.ts';
import { SettableClock } from './settable-clock.ts';

export const addressKey = new Uint8Array(32).fill(7);

/** A maker of archives of three files in hive partitions, each read by a taker whose clock is past all of their times. */
export function hiveArchives(scratch: () => Promise<string>) {
  return async (
    files: Record<string, number> = { 'a/x.parquet': 100, 'a/y.parquet': 10, 'b.parquet': 1 },
  ) => {
    const folder = await scratch();
    await writeParquet(folder, files);
    const clock = new SettableClock(Date.now() + 60_000);
    const taker = createParquetTaker({ folder, addressKey, clock });
    return { folder, vault: memoryVault('parquet'), taker };
  };
}
