import type { BackupType } from '../../model/backup-kind.ts';
import type { Schedule } from '../../scheduling/schedule.ts';
import type { BackupRecord } from '../../stores/metadata/port.ts';
import { isoDuration } from '../../scheduling/iso-duration.ts';

/** What users want to know: how much would be lost now. */
export interface RecoveryPoint {
  /** How old the newest restorable data may be, ISO-8601 duration; null: no target is set. */
  readonly target: string | null;
  /**
   * Seconds since the newest completed backup of the type began, in whatever scope: what the source held then is in it,
   * whatever moment its snapshot is of. Null: nothing can be restored.
   */
  readonly ageOfNewestRestorableData: number | null;
  /** Whether the target holds; null without a target. */
  readonly holds: boolean | null;
}

export function recoveryPoint(
  { rpoMs }: Schedule,
  type: BackupType,
  { newest, now }: { readonly newest: readonly BackupRecord[]; readonly now: number },
): RecoveryPoint {
  const starts = newest.flatMap(({ backupType, startTime }) =>
    backupType === type && startTime !== null ? [Date.parse(startTime)] : [],
  );
  const ageMs = starts.length === 0 ? null : Math.max(0, now - Math.max(...starts));
  return {
    target: rpoMs === null ? null : isoDuration(rpoMs),
    ageOfNewestRestorableData: ageMs === null ? null : Math.floor(ageMs / 1000),
    holds: rpoMs === null ? null : ageMs !== null && ageMs <= rpoMs,
  };
}
