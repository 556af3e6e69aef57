import { describeBackup } from '../../backups/manifests/describe-backup.ts';
import { writeManifest } from '../../backups/manifests/write-manifest.ts';
import type { Vault } from '../../backups/sealing/open-object.ts';
import type { Taken } from '../../backups/backup-taker.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { Manifest } from '../../model/manifest.ts';
import { anOrder } from './orders.ts';

interface Written {
  readonly order?: BackupOrder;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly fencingToken?: number;
}

/** Header and body of a backup that took `taken`. */
export function aDescription(
  keys: Vault['keys'],
  taken: Partial<Taken> = {},
  change: Written = {},
): ReturnType<typeof describeBackup> {
  const by = {
    order: anOrder('duckdb-full'),
    startTime: '2026-01-01T00:00:00.000Z',
    endTime: '2026-01-01T00:01:00.000Z',
    worker: 'host:1',
    fencingToken: 7,
    retentionUntil: null,
    software: 'test',
    ...change,
  };
  const nothing = {
    scope: 'full',
    snapshotAt: by.startTime,
    parent: null,
    compression: 'zstd',
    note: null,
    objects: [],
    source: {},
  } as const;
  return describeBackup({ ...nothing, details: { tables: ['secret_table'] }, ...taken }, by, keys);
}

/** Stores the manifest of a backup. */
export function storeManifest(
  vault: Vault,
  taken: Partial<Taken> = {},
  change: Written = {},
): Promise<Manifest> {
  return writeManifest(vault, aDescription(vault.keys, taken, change));
}
