import type { FirstRun } from '../app/quickstart/first-run.ts';
import { table } from './table.ts';

/** What the first run of everything led to: the schedules, and the history with the place of each backup. */
export function firstRunTables({ schedules, history }: FirstRun): string {
  const scheduleRows = schedules.map((one) => [one.name, one.lastBackup, one.nextBackup, one.reason]);
  const historyRows = history.map((one) => [
    one.id,
    one.backupType,
    one.backupScope,
    one.status,
    one.startTime,
    one.backupSizeBytes,
    one.backupLocation,
  ]);
  return [
    table(['schedule', 'last backup', 'next backup', 'reason'], scheduleRows),
    table(['id', 'type', 'scope', 'status', 'started', 'bytes', 'location'], historyRows),
  ].join('\n\n');
}
