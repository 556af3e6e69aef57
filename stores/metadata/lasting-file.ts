import type { DuckDBConnection } from '@duckdb/node-api';
import type { Log } from '../../engine/log.ts';
import { errorText } from '../../errors/coded-error.ts';
import { type MetadataFile, openFile, reopenFile } from './open-file.ts';

/** DuckDB gives a database up after some errors, such as a full disk in a checkpoint, and answers nothing more then. */
const givesUp = /FATAL Error: |database has been invalidated/;

type Ask = (...values: unknown[]) => Promise<unknown>;

/** A metadata file that is opened again when DuckDB has given it up, with all that was committed. */
export interface LastingFile {
  /** For questions. Throws what DuckDB throws, and `metadata-unreadable` while the file cannot be opened again. */
  readonly reader: DuckDBConnection;
  /** Work on the one connection that writes. Throws what `work` throws, and what `reader` does. */
  write<T>(work: (writer: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Refuses what is asked from now on, and waits for questions and writes under way. */
  close(): Promise<void>;
}

/** Errors: `openFile`. */
export async function openLastingFile(path: string, log: Log): Promise<LastingFile> {
  let file: MetadataFile | undefined = await openFile(path, log);
  let givenUp: string | undefined;
  let reopening: Promise<void> | undefined;
  let closing = false;
  const underWay = new Set<Promise<unknown>>();

  async function reopen(): Promise<void> {
    // Closed between two statements, a connection would fail the work on it.
    await Promise.allSettled(underWay);
    await file?.close();
    file = undefined;
    file = await reopenFile(path);
    log.warn({ file: path, error: givenUp }, 'DuckDB had given the metadata file up; it was opened again');
    givenUp = undefined;
  }

  async function use<T>(work: (file: MetadataFile) => Promise<T>): Promise<T> {
    while (!closing && (file === undefined || givenUp !== undefined)) {
      reopening ??= reopen().finally(() => (reopening = undefined));
      await reopening;
    }
    if (closing || file === undefined) throw new Error('the metadata is being closed');
    const worked = work(file);
    underWay.add(worked);
    try {
      return await worked;
    } catch (error) {
      const text = errorText(error);
      // Nothing is left of what was in memory alone.
      if (path !== ':memory:' && givesUp.test(text)) givenUp ??= text;
      throw error;
    } finally {
      underWay.delete(worked);
    }
  }

  // Stands for the connection that is open: a question is one call of it.
  const reader = new Proxy(file.reader, {
    get(opened, name): unknown {
      if (typeof Reflect.get(opened, name) !== 'function') return undefined;
      return (...values: unknown[]) => use(({ reader: open }) => (Reflect.get(open, name) as Ask)(...values));
    },
  });
  return {
    reader,
    write: (work) => use(({ writer }) => work(writer)),
    async close() {
      closing = true;
      await reopening?.catch(() => undefined);
      await Promise.allSettled(underWay);
      await file?.close();
    },
  };
}
