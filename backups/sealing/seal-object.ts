import type { Readable } from 'node:stream';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import { createMeter, type Measured } from './meter.ts';
import { through, type Vault } from './open-object.ts';
import { storeProven } from './store-proven.ts';

/** What a sink belongs to: one attempt at one backup. `progress` hears of every byte that comes from the source. */
export interface SinkOwner {
  readonly order: BackupOrder;
  readonly signal: AbortSignal;
  readonly progress: (bytes: number) => void;
}

/** An object on its way into the store. */
interface Sealing {
  readonly name: string;
  readonly path: string;
  readonly ordinal: number;
  readonly sealedBy: string;
  /** SHA-256 (hex) of the plain bytes where it is known: they are not hashed then. */
  readonly plainSha256?: string;
  /** Awaited after the last plain byte; nothing is stored when it rejects. */
  readonly atEnd: (plain: Measured) => Promise<void> | void;
  readonly completion?: Promise<unknown> | undefined;
}

/** Plain → SHA-256 → seal → store → read back, as one stream with bounded memory. */
export async function sealObject(
  { store, keys }: Vault,
  owner: SinkOwner,
  object: Sealing,
  plain: Readable,
): Promise<ManifestObject> {
  const { path, name, ordinal, sealedBy, atEnd, completion } = object;
  const meter = createMeter({ onBytes: owner.progress, atEnd, sha256: object.plainSha256 });
  // A producer that fails need not end its stream.
  completion?.catch((error: unknown) => {
    meter.stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  const sealed = keys.seal(through(plain, meter), { backupId: sealedBy, path, ordinal });
  const stored = await storeProven(store, path, sealed, {
    signal: owner.signal,
    metadata: metadataOf(owner.order),
    // A sign of life; no byte comes from the source now.
    onRead: () => {
      owner.progress(0);
    },
  });
  const { bytes: plainBytes, sha256: plainSha256 } = meter.measured();
  return {
    ...{ path, name, ordinal, sealedBy, plainBytes, plainSha256 },
    ...{ sealedBytes: stored.bytes, sealedSha256: stored.sha256, storeChecksum: stored.storeChecksum },
    rows: null,
  };
}

function metadataOf({ backupId, type, scope, attempt }: BackupOrder): Record<string, string> {
  return { 'backup-id': backupId, type, scope, attempt: String(attempt) };
}
