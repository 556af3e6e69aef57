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
  const started = newest
    .filter(({ backupType }) => backupType === type)
    .flatMap(({ fencingToken, startTime }) =>
      startTime === null ? [] : [{ token: fencingToken ?? 0, at: Date.parse(startTime) }],
    )
    // The clock may have been set back since one of them; tokens never fall.
    .toSorted((a, b) => b.token - a.token || b.at - a.at);
  const ageMs = started[0] === undefined ? null : Math.max(0, now - started[0].at);
  return {
    target: rpoMs === null ? null : isoDuration(rpoMs),
    ageOfNewestRestorableData: ageMs === null ? null : Math.floor(ageMs / 1000),
    holds: rpoMs === null ? null : ageMs !== null && ageMs <= rpoMs,
  };
}
