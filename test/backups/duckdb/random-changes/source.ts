import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { catalogName, type Database, openDatabase } from '../../../../backups/duckdb/database.ts';
import { exists } from '../../../../backups/duckdb/snapshot/wal-file.ts';
import { otherChanges } from './change-others.ts';
import { rowChanges } from './change-rows.ts';
import { tableChanges } from './change-tables.ts';
import { createDice } from './dice.ts';
import { heldThings } from './held-things.ts';

export const changes = { ...tableChanges, ...rowChanges, ...otherChanges };

export interface Step {
  /** One of `changes`. */
  readonly what: string;
  readonly seed: number;
  /** `rolled back`: in a transaction that is given up. */
  readonly how: 'alone' | 'rolled back' | 'checkpointed' | 'closed after';
}

/** A database file that is changed at random, and mostly stays open. */
export interface Source {
  apply(step: Step): Promise<void>;
  /** A copy of the file and its log, as they are now, for the comparison. */
  copyTo(folder: string): Promise<string>;
  close(): Promise<void>;
  /** What was run and accepted, for the reader of a failure. */
  readonly log: readonly string[];
}

export function createSource(file: string, storageVersion: string): Source {
  let opened: Promise<Database> | undefined;
  const log: string[] = [];
  const database = (): Promise<Database> =>
    (opened ??= openDatabase({
      ...{ path: file, name: catalogName(file), memoryLimit: '1GB', spill: `${file}.spill`, storageVersion },
    }));
  const close = async (): Promise<void> => {
    await (await opened)?.close();
    opened = undefined;
  };
  /** What DuckDB refuses is no change; an error of its own makes it refuse everything until it is opened anew. */
  const attempt = async (sql: string): Promise<void> => {
    try {
      await (await database()).run(sql);
      log.push(sql);
    } catch (error) {
      log.push(`-- refused: ${sql} -- ${String(error).split('\n', 1)[0] ?? ''}`);
      if (/INTERNAL|FATAL/.test(String(error))) await close();
    }
  };
  return {
    log,
    async apply({ what, seed, how }) {
      const statements = changes[what]?.(createDice(seed), await heldThings(await database())) ?? [];
      if (how === 'rolled back') await attempt('BEGIN');
      for (const sql of statements) await attempt(sql);
      if (how === 'rolled back') await attempt('ROLLBACK');
      if (how === 'checkpointed') await attempt('CHECKPOINT');
      if (how === 'closed after') await close();
    },
    async copyTo(folder) {
      await database();
      await mkdir(folder, { recursive: true });
      const copy = join(folder, basename(file));
      await copyFile(file, copy);
      if (await exists(`${file}.wal`)) await copyFile(`${file}.wal`, `${copy}.wal`);
      return copy;
    },
    close,
  };
}
