import { setTimeout as pause } from 'node:timers/promises';
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
 * `limitMs` have passed or the signal aborts.
 */
export async function followFirstRun(
  client: SchedulerClient,
  options: { readonly say: (line: string) => void; readonly limitMs: number; readonly signal: AbortSignal },
): Promise<FirstRun> {
  const said = new Set<string>();
  const end = performance.now() + options.limitMs;
  for (;;) {
    const [schedules, history] = [await client.schedules(), await client.history()];
    for (const backup of [...history].reverse()) sayOnce(backup, said, options.say);
    const missing = expected(schedules).filter(({ lastBackup }) => lastBackup === null);
    if (missing.length === 0 || options.signal.aborted || performance.now() > end) {
      return { schedules, history, missing: missing.map(({ name }) => name) };
    }
    await pause(250, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

function sayOnce(backup: HistoryLine, said: Set<string>, say: (line: string) => void): void {
  const line = `  ${(backup.schedule ?? 'on demand').padEnd(22)} ${backup.status.padEnd(10)} ${backup.id}`;
  if (said.has(line)) return;
  said.add(line);
  say(backup.errorMessage === null ? line : `${line}  ${backup.errorMessage}`);
}
