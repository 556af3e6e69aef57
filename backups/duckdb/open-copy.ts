import { join } from 'node:path';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { catalogName, type Database, openDatabase } from './database.ts';
import { endsCheckpoint } from './ends-checkpoint.ts';
import { isOutOfMemory, multiplied } from './more-memory.ts';
import { quoteName } from './sql-text.ts';
import { threadsFor } from './threads-for.ts';

interface Copy {
  readonly path: string;
  /** What it is a copy of. */
  readonly file: string;
  /** Of DuckDB, e.g. `160MB`. */
  readonly memoryLimit: string;
  readonly scratch: string;
  /** Of the copy and its log. */
  readonly bytes: number;
}

/** How often the memory is doubled for a log that cannot be replayed otherwise: it holds all that was updated at once. */
const doublings = 4;

/**
 * Opens our copy of a database, replaying its log; one that takes more memory than the limit is merged into the copy
 * first, or kept open with that memory where no checkpoint would end. Throws `source-unreadable`: DuckDB 1.5 also
 * writes logs that it cannot read again, and the source cannot be opened then either.
 */
export async function openCopy(copy: Copy): Promise<Database> {
  try {
    return await open(copy);
  } catch (error) {
    if (!isOutOfMemory(error)) throw unreadable(copy, error);
  }
  return (await mergeLog(copy)) ?? open(copy);
}

/** Gives the copy, open with the memory that its log takes, where the log cannot be merged. */
async function mergeLog(copy: Copy): Promise<Database | undefined> {
  for (let tries = 1; ; tries++) {
    const memoryLimit = multiplied(copy.memoryLimit, 2 ** tries);
    try {
      const database = await open({ ...copy, memoryLimit }, 1);
      let kept = false;
      try {
        kept = !(await endsCheckpoint(database));
        if (kept) return database;
        await database.run(`CHECKPOINT ${quoteName(database.name)}`);
      } finally {
        if (!kept) await database.close();
      }
      return undefined;
    } catch (error) {
      if (!isOutOfMemory(error)) throw unreadable(copy, error);
      if (tries < doublings) continue;
      throw new CodedError(
        'source-unreadable',
        `The log of ${copy.file} cannot be replayed with ${memoryLimit} of memory, so no backup can be taken of it as it ` +
          `is: ${errorText(error).split('\n', 1)[0] ?? ''}. Run CHECKPOINT in the application; the next backup succeeds then.`,
        { cause: error },
      );
    }
  }
}

/** DuckDB 1.5 never ends a checkpoint, nor lets one end it, where a foreign key has lost its table: none is made. */
function open(
  { path, file, memoryLimit, scratch, bytes }: Copy,
  threads = threadsFor(bytes),
): Promise<Database> {
  const spill = join(scratch, 'spill');
  return openDatabase({
    ...{ path, name: catalogName(file), memoryLimit, threads, spill },
    ...{ checkpoints: false, builtInsFirst: true },
  });
}

function unreadable({ file }: Copy, error: unknown): CodedError {
  return new CodedError(
    'source-unreadable',
    `DuckDB cannot open a copy of ${file}, and so not the file itself, once its application has closed it without a ` +
      `checkpoint: ${errorText(error)}. Run CHECKPOINT in the application while it has it open.`,
    { cause: error },
  );
}
