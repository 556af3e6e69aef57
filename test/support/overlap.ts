import type { BackupRecord } from '../../stores/metadata/port.ts';

/** Pairs of backups that ran at the same time, of those that have ended. */
export function overlapping(backups: readonly BackupRecord[]): readonly string[] {
  const ran = backups
    .flatMap(({ id, startTime, endTime }) => (startTime && endTime ? [{ id, startTime, endTime }] : []))
    .sort((a, b) => a.startTime.localeCompare(b.startTime));
  return ran.flatMap((backup, at) => {
    const next = ran[at + 1];
    return next !== undefined && next.startTime < backup.endTime ? [`${backup.id} ${next.id}`] : [];
  });
}
