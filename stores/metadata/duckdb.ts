import type { DuckDBConnection } from '@duckdb/node-api';
import type { Log } from '../../engine/log.ts';
import { applyEvents } from './apply-events.ts';
import { openLastingFile } from './lasting-file.ts';
import type { MetadataStore } from './port.ts';
import { questions } from './questions.ts';

/**
 * Metadata in a DuckDB file that this process alone owns (`:memory:` for one that is forgotten at the end). A file
 * without a cursor knows nothing yet: rebuild it from the object store before use. Errors of opening: `openFile`; of use:
 * `LastingFile`.
 */
export async function openDuckdbMetadata(options: {
  readonly path: string;
  readonly log: Log;
}): Promise<MetadataStore> {
  const file = await openLastingFile(options.path, options.log);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: (writer: DuckDBConnection) => Promise<T>): Promise<T> => {
    const result = last.then(() => file.write(work));
    last = result.catch(() => undefined);
    return result;
  };
  return {
    ...questions(file.reader),
    async apply(events) {
      const cursor = events.at(-1)?.cursor;
      if (cursor === undefined) return;
      await inTurn((writer) =>
        applyEvents(
          writer,
          events.map(({ event }) => event),
          cursor,
        ),
      );
    },
    async restore(events) {
      if (events.length > 0) await inTurn((writer) => applyEvents(writer, events));
    },
    async resetCursor() {
      await inTurn((writer) => writer.run("DELETE FROM recorder_state WHERE id = 'cursor'"));
    },
    async close() {
      await last;
      await file.close();
    },
  };
}
