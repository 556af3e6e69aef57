import { type BackupKind, kindOf } from '../model/backup-kind.ts';
import type { BackupRecord } from '../stores/metadata/port.ts';
import { askForJson } from './api-client.ts';
import type { Cli, SharedOptions } from './cli.ts';
import { connectionFor } from './connection.ts';

/** Median duration of completed backups in ms by kind, as a running scheduler knows them; empty where none can be asked. */
export async function measuredDurations(
  options: SharedOptions,
  cli: Cli,
): Promise<ReadonlyMap<BackupKind, number>> {
  const path = '/api/backups/history?status=completed&limit=1000';
  let backups: readonly BackupRecord[];
  try {
    backups = await askForJson<readonly BackupRecord[]>(await connectionFor(options, cli), path);
  } catch {
    cli.err('no scheduler answers: durations are not known, so nothing is said of what delays what');
    return new Map();
  }
  const byKind = new Map<BackupKind, number[]>();
  for (const { backupType, backupScope, startTime, endTime } of backups) {
    const kind = kindOf(backupType, backupScope);
    if (kind === undefined || startTime === null || endTime === null) continue;
    byKind.set(kind, [...(byKind.get(kind) ?? []), Date.parse(endTime) - Date.parse(startTime)]);
  }
  return new Map([...byKind].map(([kind, durations]) => [kind, median(durations)]));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
