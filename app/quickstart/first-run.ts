import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../../errors/coded-error.ts';
import type { HistoryLine, ScheduleLine, SchedulerClient } from './scheduler-client.ts';

/** How the first run of everything went. */
export interface FirstRun {
  readonly schedules: readonly ScheduleLine[];
  readonly history: readonly HistoryLine[];
  /** Names of the schedules that have not run when the time was up, or whose only attempts failed. */
  readonly missing: readonly string[];
}

/** Schedules that can run here: enabled, with a source. */
function expected(schedules: readonly ScheduleLine[]): readonly ScheduleLine[] {
  return schedules.filter(({ enabled, reasonCode }) => enabled && reasonCode !== 'source-not-configured');
}

/**
 * Follows the history until every schedule that can run has a completed backup, saying each change once, or until
 * `limitMs` have passed or the signal aborts. A control plane that has ended is being started again: until then nothing
 * answers, which is borne as long.
 */
export async function followFirstRun(
  client: SchedulerClient,
  options: { readonly say: (line: string) => void; readonly limitMs: number; readonly signal: AbortSignal },
): Promise<FirstRun> {
  const said = new Set<string>();
  const end = performance.now() + options.limitMs;
  const over = (): boolean => options.signal.aborted || performance.now() > end;
  for (;;) {
    const seen = await look(client, over);
    if (seen) {
      for (const backup of [...seen.history].reverse()) sayOnce(backup, said, options.say);
      const missing = expected(seen.schedules).filter(({ lastBackup }) => lastBackup === null);
      if (missing.length === 0 || over()) return { ...seen, missing: missing.map(({ name }) => name) };
    }
    await pause(250, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

async function look(
  client: SchedulerClient,
  over: () => boolean,
): Promise<Pick<FirstRun, 'schedules' | 'history'> | undefined> {
  try {
    return { schedules: await client.schedules(), history: await client.history() };
  } catch (error) {
    if (over() || !(error instanceof CodedError) || error.code !== 'api-unreachable') throw error;
    return undefined;
  }
}

function sayOnce(backup: HistoryLine, said: Set<string>, say: (line: string) => void): void {
  const line = `  ${(backup.schedule ?? 'on demand').padEnd(22)} ${backup.status.padEnd(10)} ${backup.id}`;
  if (said.has(line)) return;
  said.add(line);
  say(backup.errorMessage === null ? line : `${line}  ${backup.errorMessage}`);
}
