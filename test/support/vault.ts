import { join } from 'node:path';
import { ulid } from 'ulid';
import type { Vault } from '../../backups/sealing/open-object.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import { testKeys } from './key-ring.ts';

/** A real folder store and a real key ring; `folder` must exist, the objects lie in its `store`. */
export async function folderVault(folder: string): Promise<Vault & { readonly root: string }> {
  const root = join(folder, 'store');
  return { store: await createFolderStore(root), keys: (await testKeys()).keys, root };
}

/** An order as somebody asks for one on demand. */
export function testOrder(change: Partial<BackupOrder> = {}): BackupOrder {
  return {
    backupId: ulid(),
    attempt: 1,
    kind: 'duckdb-full',
    type: 'duckdb',
    scope: 'full',
    schedule: null,
    slot: null,
    tenantId: null,
    trigger: 'cli',
    requestedBy: 'test',
    requestedAt: new Date().toISOString(),
    timeoutMs: null,
    reason: 'asked for',
    ...change,
  };
}
