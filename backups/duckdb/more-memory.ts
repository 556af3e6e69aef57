import { errorText } from '../../errors/coded-error.ts';
import type { Database } from './database.ts';
import { quoteText, textOf } from './sql-text.ts';

/** How often the memory is doubled for work that does not fit. */
const doublings = 4;

/**
 * Work that needs memory for a whole row group of a table, which may be hundreds of columns wide or of long texts: done
 * again with one thread, and each time with twice the memory, until it fits. `tries` counts from 0.
 */
export async function withEnoughMemory<T>(
  database: Database,
  work: (tries: number) => Promise<T>,
): Promise<T> {
  try {
    return await work(0);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return alone(database, work);
  }
}

export function isOutOfMemory(error: unknown): boolean {
  return errorText(error).includes('Out of Memory');
}

async function alone<T>(database: Database, work: (tries: number) => Promise<T>): Promise<T> {
  const [before] = await database.rows(
    "SELECT system.main.current_setting('threads')::VARCHAR AS threads, system.main.current_setting('memory_limit') AS memory",
  );
  const memory = textOf(before?.['memory']);
  await database.run('SET threads = 1');
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await work(tries);
      } catch (error) {
        if (!isOutOfMemory(error) || tries > doublings) throw error;
        await database.run(`SET memory_limit = ${quoteText(multiplied(memory, 2 ** tries))}`);
      }
    }
  } finally {
    await database.run(`SET memory_limit = ${quoteText(memory)}`);
    await database.run(`SET threads = ${textOf(before?.['threads'])}`);
  }
}

/** `152.5 MiB`, so many times. */
export function multiplied(memory: string, times: number): string {
  return memory.replace(/[0-9.]+/, (number) => String(Number(number) * times));
}
