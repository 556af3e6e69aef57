import { z } from 'zod';
import { backupType } from '../../model/backup-kind.ts';
import { instant } from '../../model/backup-order.ts';
import { finding, verificationLevel, verificationResult } from '../../model/verification.ts';
import type { LastVerification, VerificationRecord } from '../../stores/metadata/port.ts';

const count = z.int().nonnegative();

export const lastVerification = z.strictObject({
  id: z.ulid(),
  level: verificationLevel.describe('Asked for'),
  reached: verificationLevel.describe(
    'A damaged backup is not restored, a type without a restore stops at 2',
  ),
  result: verificationResult.describe('failed: it could not be done, which says nothing of the backup'),
  endTime: instant,
}) satisfies z.ZodType<LastVerification>;

export const verification = lastVerification.extend({
  backupId: z.ulid(),
  backupType,
  findings: z.array(finding),
  findingCount: count.describe('Of which `findings` holds the first 100'),
  notes: z.array(z.string()),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  startTime: instant,
  durationMs: count,
  bytes: count.describe('Sealed bytes read'),
  objects: count,
  manifests: count,
  schedule: z.string().nullable().describe('Name of the verification schedule; null on demand'),
  requestedBy: z.string(),
  requestedAt: instant,
  reason: z.string(),
  worker: z.string(),
}) satisfies z.ZodType<VerificationRecord>;

export const verificationStanding = z.strictObject({
  verificationId: z.ulid(),
  backupId: z.ulid(),
  open: z.boolean().describe('Queued or running, or recording is behind here'),
  ended: verification.nullable().describe('What came of it, once it has ended and that is recorded here'),
});

export const verificationReply = z.strictObject({
  verificationId: z.ulid(),
  backupId: z.ulid(),
  level: verificationLevel,
  status: z.literal('queued'),
});
