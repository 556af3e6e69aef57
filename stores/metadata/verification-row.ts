import type { BackupEvent } from '../../model/backup-event.ts';
import type { VerificationOutcome } from '../../model/verification.ts';
import type { RowOf, verificationColumns } from './schema.ts';

export type VerificationRow = RowOf<typeof verificationColumns> & { readonly id: string };

/** The row of `verifications` that an event makes; undefined for all events but those of verifications. */
export function verificationRow(event: BackupEvent): VerificationRow | undefined {
  if (event.kind !== 'verified') return undefined;
  const { order, verification } = event;
  return {
    id: verification.verificationId,
    backup_id: order.backupId,
    type: order.type,
    level: verification.level,
    reached: verification.reached,
    result: verification.result,
    problem: problemOf(verification),
    findings: verification.findings,
    finding_count: verification.findingCount,
    notes: verification.notes,
    error_code: verification.error?.code ?? null,
    error_message: verification.error?.message ?? null,
    started: verification.startTime,
    ended: event.at,
    duration_ms: verification.durationMs,
    bytes: verification.bytes,
    objects: verification.objects,
    manifests: verification.manifests,
    schedule: verification.schedule,
    requested_by: verification.requestedBy,
    requested_at: verification.requestedAt,
    reason: verification.reason,
    worker: verification.worker,
  };
}

/** What is wrong, in one line: the first finding, and how many more there are. */
function problemOf({ findings, findingCount }: VerificationOutcome): string | null {
  const [first] = findings;
  if (first === undefined) return null;
  const more = findingCount > 1 ? ` (and ${findingCount - 1} more)` : '';
  return `${first.problem}${more}`;
}
