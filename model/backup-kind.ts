import { z } from 'zod';

/** The four stores that are backed up; one queue and one worker process each. */
export const backupTypes = ['tigerbeetle', 'duckdb', 'parquet', 'kms'] as const;
export type BackupType = (typeof backupTypes)[number];
export const backupType = z.enum(backupTypes);

export const backupScopes = ['full', 'incremental'] as const;
export type BackupScope = (typeof backupScopes)[number];
export const backupScope = z.enum(backupScopes);

/**
 * What can be asked for: a type in one of the scopes that it has. The route of the specification that runs it stands
 * beside it.
 */
export const backupKinds = {
  'tigerbeetle-snapshot': { type: 'tigerbeetle', scope: 'full' },
  'tigerbeetle-logs': { type: 'tigerbeetle', scope: 'incremental' },
  'duckdb-full': { type: 'duckdb', scope: 'full' },
  'duckdb-incremental': { type: 'duckdb', scope: 'incremental' },
  'parquet-replication': { type: 'parquet', scope: 'full' },
  'kms-keys': { type: 'kms', scope: 'full' },
} as const satisfies Record<string, { type: BackupType; scope: BackupScope }>;
export type BackupKind = keyof typeof backupKinds;
export const backupKind = z.enum(Object.keys(backupKinds) as [BackupKind, ...BackupKind[]]);

/** The kind for a type and scope, or undefined when the type has no such scope (Parquet and KMS have `full` alone). */
export function kindOf(type: BackupType, scope: BackupScope): BackupKind | undefined {
  const found = Object.entries(backupKinds).find(([, kind]) => kind.type === type && kind.scope === scope);
  return found?.[0] as BackupKind | undefined;
}
