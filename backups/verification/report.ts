import type { BackupType } from '../../model/backup-kind.ts';
import type { Finding, VerificationLevel } from '../../model/verification.ts';

export interface VerificationReport {
  readonly backupId: string;
  readonly type: BackupType;
  /**
   * Level that was reached: a type that has no restore, and a ledger too large for memory, is verified up to 2; a
   * damaged backup is not restored.
   */
  readonly level: VerificationLevel;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** What is worth knowing and no damage. */
  readonly notes: readonly string[];
  /** Manifests of its chain that were opened. */
  readonly manifests: number;
  readonly objects: number;
  /** Read from the store, sealed. */
  readonly bytes: number;
  readonly durationMs: number;
}
