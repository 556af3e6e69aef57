import { join } from 'node:path';
import { type Database, openDatabase } from '../duckdb/database.ts';
import { quoteText } from '../duckdb/sql-text.ts';

/** A DuckDB in memory that is opened when it is first needed, and interrupted when the signal aborts. */
export interface Staging {
  opened(): Promise<Database>;
  /** Work on the database that must have ended, well or not, before it is closed. */
  during(work: Promise<unknown>): void;
  /** Gives memory back that is free: what many tables took lies around otherwise. */
  trim(): Promise<void>;
  close(): Promise<void>;
}

export function createStaging(folder: string, memoryLimit: string, signal: AbortSignal): Staging {
  let opening: Promise<Database> | undefined;
  const busy = new Set<Promise<unknown>>();
  const interrupt = (): void => {
    void opening?.then(
      ({ connection }) => {
        connection.interrupt();
      },
      () => undefined,
    );
  };
  signal.addEventListener('abort', interrupt);
  return {
    opened() {
      opening ??= open(folder, memoryLimit);
      return opening;
    },
    during(work) {
      const ended = work
        .catch(() => undefined)
        .finally(() => {
          busy.delete(ended);
        });
      busy.add(ended);
    },
    async trim() {
      // To set the limit is what has DuckDB do it (BufferPool::SetLimit of 1.5).
      await (await opening)?.run(`SET memory_limit = ${quoteText(memoryLimit)}`);
    },
    async close() {
      await Promise.all(busy);
      signal.removeEventListener('abort', interrupt);
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}

/**
 * One thread, since rows come in more slowly than one compresses them and each more takes memory of its own; and memory
 * that has become free goes back at once.
 */
async function open(folder: string, memoryLimit: string): Promise<Database> {
  const database = await openDatabase({
    ...{ path: ':memory:', name: 'staging', memoryLimit, threads: 1 },
    spill: join(folder, 'spill'),
  });
  for (const name of ['allocator_flush_threshold', 'allocator_bulk_deallocation_flush_threshold'])
    await database.run(`SET ${name} = '1MB'`);
  return database;
}
