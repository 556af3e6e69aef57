import type { BackupType } from '../../model/backup-kind.ts';

/** 1: every object is there with its size and checksum. 2: opens and decodes all of it. 3: restores it and compares. */
export const verificationLevels = [1, 2, 3] as const;
export type VerificationLevel = (typeof verificationLevels)[number];

/** Something that is wrong with a backup. */
export interface Finding {
  /** Key in the object store of what is damaged; null where it is no single object. */
  readonly object: string | null;
  readonly problem: string;
}

export interface VerificationReport {
  readonly backupId: string;
  readonly type: BackupType;
  /** Level that was reached: a type that has no restore is verified up to 2, a damaged backup is not restored. */
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
