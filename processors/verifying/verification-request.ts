import type { VerificationLevel } from '../../model/verification.ts';

/** Somebody asks for a verification. */
export interface VerificationRequest {
  readonly backupId: string;
  readonly level: VerificationLevel;
  readonly reason: string | null;
  /** Name of the API key. */
  readonly requestedBy: string;
}
