import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { CodedError, errorText } from '../errors/coded-error.ts';
import type { EventStream, StreamedEvent } from '../stores/events/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import { type Pause, backOff, systemPause } from '../engine/pause.ts';

export interface RecorderOptions {
  readonly stream: EventStream;
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * The stream was lost, or trimmed past this reader: events may be missing for ever, so metadata must be completed from
   * the object store. Called in the background, and again after an error; to end soon when the signal aborts.
   */
  readonly onStreamLost: (signal: AbortSignal) => Promise<void>;
  readonly pause?: Pause;
  /** Events applied in one transaction. */
  readonly batch?: number;
  /** Longest wait for news in ms; a lost stream without news is noticed after it. */
  readonly waitMs?: number;
}

/** Carries the events of the stream into this process's metadata. */
export interface Recorder {
  /** Applies everything that was appended before the call. Throws what stream or metadata throw. */
  drain(): Promise<void>;
  /** When the metadata last held everything, in milliseconds since the epoch; null before the first time. */
  upToDateAt(): number | null;
  /**
   * Since when the metadata has refused the events that it is given, in milliseconds since the epoch; null while it
   * takes them.
   */
  failingSince(): number | null;
  /** Ends after the batch that is being applied. Nothing is lost: the cursor stands behind what was applied. */
  stop(): Promise<void>;
}

export function startRecorder(options: RecorderOptions): Recorder {
  const { stream, metadata, clock, log, onStreamLost } = options;
  const { pause = systemPause, batch = 500, waitMs = 2000 } = options;
  const stopping = new AbortController();
  const ending = (): boolean => stopping.signal.aborted;
  const stopped = new Promise<never>((_, reject) => {
    stopping.signal.addEventListener('abort', () => {
      reject(new CodedError('store-unavailable', 'Recording has stopped: this control plane is ending.'));
    });
  });
  stopped.catch(() => undefined);
  /** A dead Redis answers late or never: nobody who stops waits for it. */
  const unlessStopped = <T>(answer: Promise<T>): Promise<T> => {
    answer.catch(() => undefined);
    return Promise.race([answer, stopped]);
  };
  let cursor: { readonly value: string | undefined } | undefined;
  let reported: string | undefined;
  let upToDateAt: number | null = null;
  let failingSince: number | null = null;
  let lost = false;
  let turn: Promise<unknown> = Promise.resolve();

  const onInvalid = (at: string, raw: string, error: unknown) => {
    if (reported !== undefined && at <= reported) return;
    reported = at;
    log.error({ cursor: at, raw: raw.slice(0, 500), error: errorText(error) }, 'an event is not readable');
  };

  /** One at a time: a batch, and the cursor with it, is applied before the next is read. */
  function drain(): Promise<void> {
    const drained = turn.then(applyAll);
    turn = drained.catch(() => undefined);
    return drained;
  }

  async function applyAll(): Promise<void> {
    for (;;) {
      const begun = clock.now();
      cursor ??= { value: await metadata.cursor() };
      const after = cursor.value;
      const events = await unlessStopped(stream.read({ after, count: batch, waitMs: 0, onInvalid }));
      // Asked after the read: what was read is then known to follow the cursor without a gap.
      if (after !== undefined && !(await unlessStopped(stream.has(after)))) {
        await startOver(after);
        continue;
      }
      if (events.length > 0) {
        cursor = undefined;
        await apply(events);
        cursor = { value: events.at(-1)?.cursor };
      }
      if (events.length < batch) {
        upToDateAt = begun;
        return;
      }
    }
  }

  async function apply(events: readonly StreamedEvent[]): Promise<void> {
    try {
      await metadata.apply(events);
    } catch (error) {
      failingSince ??= clock.now();
      throw error;
    }
    failingSince = null;
  }

  async function startOver(after: string): Promise<void> {
    log.error({ reason: 'stream-lost', cursor: after }, 'the event stream was lost; recording starts over');
    cursor = undefined;
    reported = undefined;
    await metadata.resetCursor();
    lost = true;
  }

  async function completeAfterLoss(): Promise<void> {
    if (!lost) return;
    lost = false;
    try {
      await onStreamLost(stopping.signal);
    } catch (error) {
      lost = true;
      throw error;
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!ending()) {
      try {
        await drain();
        await completeAfterLoss();
        failures = 0;
        await unlessStopped(stream.read({ after: cursor?.value, count: 1, waitMs, onInvalid }));
      } catch (error) {
        if (ending()) return;
        failures += 1;
        const retryInMs = backOff(failures);
        log.error({ error: errorText(error), failures, retryInMs }, 'events could not be recorded');
        await pause(retryInMs, stopping.signal);
      }
    }
  }

  const running = run();
  return {
    drain,
    upToDateAt: () => upToDateAt,
    failingSince: () => failingSince,
    async stop() {
      stopping.abort();
      await running;
      await turn;
    },
  };
}
