import type { BackupOrder } from '../../model/backup-order.ts';
import { type ManifestBody, type ManifestHeader, sharedOwner } from '../../model/manifest.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import type { Taken } from '../backup-taker.ts';

/** Who took a backup, and when; times are ISO-8601 UTC with milliseconds. */
export interface TakenBy {
  readonly order: BackupOrder;
  readonly startTime: string;
  readonly endTime: string;
  readonly worker: string;
  readonly fencingToken: number;
  /** Null: kept until somebody deletes it. */
  readonly retentionUntil: string | null;
  /** Name and version of this program. */
  readonly software: string;
}

/** Header and body of the manifest for what was taken. */
export function describeBackup(
  taken: Taken,
  by: TakenBy,
  keys: Pick<KeyRing, 'keyIds' | 'encryption'>,
): { readonly header: ManifestHeader; readonly body: ManifestBody } {
  const { order, startTime, endTime, worker, fencingToken, retentionUntil, software } = by;
  const { objects, source, details } = taken;
  // What earlier backups sealed is theirs: sizes say what this one added, or shares with no single owner.
  const own = objects.filter(({ sealedBy }) => sealedBy === order.backupId || sealedBy === sharedOwner);
  const sum = (bytes: (object: (typeof objects)[number]) => number): number =>
    own.reduce((total, object) => total + bytes(object), 0);
  return {
    header: {
      format: 1,
      backupId: order.backupId,
      attempt: order.attempt,
      kind: order.kind,
      type: order.type,
      scope: taken.scope,
      order,
      ...{ startTime, endTime, worker, fencingToken, retentionUntil, software },
      snapshotAt: taken.snapshotAt,
      parent: taken.parent,
      plainBytes: sum(({ plainBytes }) => plainBytes),
      sealedBytes: sum(({ sealedBytes }) => sealedBytes),
      objects: objects.length,
      compression: taken.compression,
      encryption: keys.encryption,
      keyIds: [...keys.keyIds],
      note: taken.note,
    },
    body: { objects: [...objects], source, details },
  };
}
