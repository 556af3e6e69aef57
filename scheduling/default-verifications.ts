import { type BackupType, backupTypes } from '../model/backup-kind.ts';
import type { VerificationLevel } from '../model/verification.ts';
import type { Timing } from './schedule.ts';

/** A verification schedule as it is configured. */
export interface VerificationTiming {
  readonly name: string;
  readonly level: VerificationLevel;
  /** Every backup, or the newest of each type. */
  readonly of: 'all' | 'newest';
  readonly types: readonly BackupType[];
  readonly timing: Timing;
  readonly enabled: boolean;
}

const day = 86_400_000;

/** A daily look at every object of every backup, and a weekly restore of the newest of each type. */
export const defaultVerifications: readonly VerificationTiming[] = Object.freeze([
  {
    name: 'objects',
    level: 1,
    of: 'all',
    types: backupTypes,
    timing: { every: day, anchor: 0 },
    enabled: true,
  },
  {
    name: 'restores',
    level: 3,
    of: 'newest',
    types: backupTypes,
    timing: { every: 7 * day, anchor: 0 },
    enabled: true,
  },
]);
