import type { BackupType } from '../model/backup-kind.ts';
import type { VerificationLevel } from '../model/verification.ts';
import type { Verifiable } from '../stores/metadata/port.ts';
import { instant } from './reasons.ts';
import type { Slots } from './slots.ts';

/** When which backups are verified, and how thoroughly. */
export interface VerificationSchedule {
  readonly name: string;
  readonly level: VerificationLevel;
  /** Every backup, or the newest of each type (of all tenants, where there is one). */
  readonly of: 'all' | 'newest';
  readonly types: readonly BackupType[];
  readonly slots: Slots;
  readonly enabled: boolean;
}

export interface DueVerification {
  readonly backupId: string;
  readonly level: VerificationLevel;
  readonly schedule: string;
  readonly reason: string;
}

const hour = 3_600_000;
/** One that could not be done is tried again after this. */
const tryAgainAfterMs = hour;
/** A type that has never been verified so does not wait for a slot, but until its first backup is this old. */
const firstAfterMs = hour;

/**
 * The verifications that are due, the thorough ones and then the longest overdue first; one for a backup. Slots are fixed:
 * a backup is due when it was completed before the newest slot and has not been verified since, at that level or a
 * higher one. So a new backup waits for the next slot: it was read back when it was stored. `backups` are oldest first.
 */
export function planVerifications(
  schedules: readonly VerificationSchedule[],
  backups: readonly Verifiable[],
  now: number,
): readonly DueVerification[] {
  const due = schedules
    .filter(({ enabled }) => enabled)
    .flatMap((schedule) => dueOf(schedule, backups, now))
    .toSorted((a, b) => b.level - a.level || a.since - b.since);
  const chosen = new Map<string, DueVerification>();
  for (const { backupId, level, schedule, reason } of due) {
    if (!chosen.has(backupId)) chosen.set(backupId, { backupId, level, schedule, reason });
  }
  return [...chosen.values()];
}

interface Due extends DueVerification {
  /** When it was last verified so; -Infinity: never. */
  readonly since: number;
}

function dueOf(schedule: VerificationSchedule, backups: readonly Verifiable[], now: number): Due[] {
  const { name, level, of, types } = schedule;
  const slot = schedule.slots.around(now).previous;
  return types.flatMap((type) => {
    const every = backups.filter((backup) => backup.type === type);
    const ofType = of === 'all' ? every : ofAllTenants(every);
    const first = of === 'newest' && ofType.every(({ doneAt }) => doneAt[level] === null);
    const before = first ? Math.max(slot, now - firstAfterMs) : slot;
    const old = ofType.filter(({ completedAt }) => completedAt <= before);
    const chosen = of === 'all' ? old : old.slice(-1);
    return chosen
      .filter(({ doneAt }) => (doneAt[level] ?? -Infinity) < slot)
      .filter(({ failedAt }) => now - (failedAt[level] ?? -Infinity) >= tryAgainAfterMs)
      .map(({ backupId, doneAt }) => ({
        ...{ backupId, level, schedule: name, since: doneAt[level] ?? -Infinity },
        reason: reasonFor(doneAt[level], first ? null : slot),
      }));
  });
}

function reasonFor(doneAt: number | null, slot: number | null): string {
  if (slot === null) return 'No backup of its type has ever been verified so.';
  const before = doneAt === null ? 'it never was before' : `it last was at ${instant(doneAt)}`;
  return `The slot ${instant(slot)} is due; ${before}.`;
}

/** A backup of one tenant proves nothing about the others, but more than none. */
function ofAllTenants(backups: readonly Verifiable[]): readonly Verifiable[] {
  const whole = backups.filter(({ tenantId }) => tenantId === null);
  return whole.length > 0 ? whole : backups;
}
