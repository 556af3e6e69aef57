import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BackupType } from '../../model/backup-kind.ts';

/** Bytes a second, by what was done: `restore duckdb`, `verify-2 parquet`. */
const rates = z.record(z.string(), z.number().positive());

/** Shorter work says little about longer one. */
const worthMeasuringMs = 200;

/** What earlier restores and verifications took on this machine, kept in the scratch folder. */
export interface MeasuredRates {
  /** How long so many bytes should take, ms; null where it was never measured here. */
  estimate(work: string, bytes: number): number | null;
  /** Remembers a measurement. Failing to is no failure of what was measured. */
  remember(work: string, bytes: number, ms: number): Promise<void>;
}

export function restoring(type: BackupType): string {
  return `restore ${type}`;
}

export async function openMeasuredRates(scratch: string): Promise<MeasuredRates> {
  const file = join(scratch, 'measured-rates.json');
  const known = await readRates(file);
  return {
    estimate(work, bytes) {
      const rate = known[work];
      return rate === undefined ? null : Math.round((bytes / rate) * 1000);
    },
    async remember(work, bytes, ms) {
      if (bytes === 0 || ms < worthMeasuringMs) return;
      const next = { ...(await readRates(file)), [work]: Math.round((bytes / ms) * 1000) };
      const temporary = `${file}.${process.pid}`;
      try {
        await mkdir(scratch, { recursive: true, mode: 0o700 });
        await writeFile(temporary, `${JSON.stringify(next)}\n`);
        await rename(temporary, file);
      } catch {
        // Read-only or full: the next estimate is missing, and nothing else.
      }
    },
  };
}

async function readRates(file: string): Promise<z.infer<typeof rates>> {
  try {
    return rates.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // None measured yet, or none that can be used.
    return {};
  }
}
