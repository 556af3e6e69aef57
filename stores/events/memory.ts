import type { RecordedEvent } from '../../model/recorded-event.ts';
import { cursorOf } from './cursor.ts';
import type { EventStream, StreamedEvent } from './port.ts';

/** The stream of one process, for tests and previews; nothing is kept. */
export function createMemoryEventStream(): EventStream {
  const entries: StreamedEvent[] = [];
  const waiting = new Set<() => void>();
  const notes = new Map<string, string>();
  let appended = 0;

  function append(event: RecordedEvent): void {
    appended += 1;
    entries.push({ cursor: cursorOf(`0-${appended}`), event });
    for (const wake of waiting) wake();
  }

  function someAppended(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, waitMs);
      waiting.add(wake);
      function wake() {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      }
    });
  }

  return {
    append(event) {
      append(event);
      return Promise.resolve();
    },
    async read({ after, count, waitMs }) {
      const beyond = () => entries.filter(({ cursor }) => after === undefined || cursor > after);
      if (waitMs > 0 && beyond().length === 0) await someAppended(waitMs);
      return beyond().slice(0, count);
    },
    newest() {
      return Promise.resolve(entries.at(-1)?.cursor);
    },
    has(cursor) {
      return Promise.resolve(entries.some((entry) => entry.cursor === cursor));
    },
    trim(before) {
      const kept = entries.filter(({ cursor }) => cursor >= before);
      entries.splice(0, entries.length, ...kept);
      return Promise.resolve();
    },
    note(reader, text) {
      notes.set(reader, text);
      return Promise.resolve();
    },
    noted: (reader) => Promise.resolve(notes.get(reader)),
  };
}
