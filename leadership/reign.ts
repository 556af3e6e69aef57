import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { errorText } from '../errors/coded-error.ts';

/** Something the leader does again and again, never twice at once. */
export interface Chore {
  readonly name: string;
  /** Milliseconds from one begin to the next. */
  readonly everyMs: number;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** What a leader does. Errors are logged and tried again: none of these ends the leadership. */
export interface Duties {
  /** Once per leadership, before any chore; again after an error. `token` proves the lease to the exclusion. */
  readonly onGain: (token: string, signal: AbortSignal) => Promise<void>;
  /** Stops what `onGain` started, also where that failed half-way; again after an error. */
  readonly onLose: () => Promise<void>;
  readonly chores: readonly Chore[];
}

/** One leadership under one token, from gain to loss. */
export interface Reign {
  readonly token: string;
  /** Begins what is due and returns at once. */
  tend(): void;
  /** Aborts and waits for what runs, then stops the leader's parts. False when they could not be stopped: call it again. */
  end(): Promise<boolean>;
  /** Resolves when nothing runs. */
  settled(): Promise<void>;
}

export function beginReign(
  token: string,
  { clock, log, duties }: { readonly clock: Clock; readonly log: Log; readonly duties: Duties },
): Reign {
  const ending = new AbortController();
  const { signal } = ending;
  const running = new Map<string, Promise<void>>();
  const begun = new Map<string, number>();
  let gained = false;

  function inBackground(name: string, work: () => Promise<void>): void {
    if (running.has(name)) return;
    const done = work()
      .catch((error: unknown) => {
        log.error(
          { duty: name, error: errorText(error) },
          'the leader could not do its duty; it tries again',
        );
      })
      .finally(() => running.delete(name));
    running.set(name, done);
  }

  async function gain(): Promise<void> {
    await duties.onGain(token, signal);
    gained = true;
  }

  async function settled(): Promise<void> {
    while (running.size > 0) await Promise.all(running.values());
  }

  return {
    token,
    tend() {
      if (signal.aborted) return;
      if (!gained) {
        inBackground('gain', gain);
        return;
      }
      for (const { name, everyMs, run } of duties.chores) {
        if (running.has(name) || clock.now() - (begun.get(name) ?? -Infinity) < everyMs) continue;
        begun.set(name, clock.now());
        inBackground(name, () => run(signal));
      }
    },
    async end() {
      ending.abort();
      await running.get('gain');
      try {
        await duties.onLose();
      } catch (error) {
        log.error({ error: errorText(error) }, 'the leader could not stop its parts; it tries again');
        return false;
      } finally {
        await settled();
      }
      return true;
    },
    settled,
  };
}
