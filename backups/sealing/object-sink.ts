import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CodedError, errorCode } from '../../errors/coded-error.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { type ManifestObject, sharedOwner } from '../../model/manifest.ts';
import type { ObjectSink } from '../backup-taker.ts';
import { createMeter, type Measured } from './meter.ts';
import { openSealed, through, type Vault } from './open-object.ts';
import { proveStored } from './read-back.ts';

const pieceBytes = 1024 * 1024;

/** What a sink belongs to: one attempt at one backup. `progress` hears of every byte that comes from the source. */
export interface SinkOwner {
  readonly order: BackupOrder;
  readonly signal: AbortSignal;
  readonly progress: (bytes: number) => void;
}

interface Sealing {
  readonly name: string;
  readonly path: string;
  readonly ordinal: number;
  readonly sealedBy: string;
  /** Awaited after the last plain byte; nothing is stored when it rejects. */
  readonly atEnd: (plain: Measured) => Promise<void> | void;
}

/** A sink that seals into the vault: plain → SHA-256 → seal → store → read back, as one stream with bounded memory. */
export function createObjectSink(vault: Vault, owner: SinkOwner): ObjectSink {
  const { order } = owner;
  const files = new Set<string>();
  return {
    async write({ name, file, completion }, plain) {
      // Awaited at the end; until then nobody listens.
      completion?.catch(() => undefined);
      const path = `${order.type}/${order.backupId}/${order.attempt}/${file}`;
      try {
        noteFile(file, files);
      } catch (error) {
        plain.destroy();
        throw error;
      }
      const ordinal = files.size - 1;
      const atEnd = async (): Promise<void> => {
        await completion;
      };
      return seal(vault, owner, { name, path, ordinal, sealedBy: order.backupId, atEnd }, plain, completion);
    },
    async writeShared({ name, path, plainSha256 }, plain) {
      const atEnd = ({ sha256 }: Measured): void => {
        if (sha256 !== plainSha256) throw changed(name);
      };
      const object = { name, path, ordinal: 0, sealedBy: sharedOwner, plainSha256, atEnd };
      const known = await adopt(vault, owner, object);
      if (known !== 'absent' && known !== 'unusable') return known;
      const free = known === 'absent' ? path : `${path}.${order.backupId}.${order.attempt}`;
      try {
        const placed = { ...object, path: free };
        const source =
          plain instanceof Uint8Array ? Readable.from(inPieces(plain), { objectMode: false }) : plain();
        return await seal(vault, owner, placed, source);
      } catch (error) {
        if (errorCode(error) !== 'object-exists') throw error;
        const others = await adopt(vault, owner, object);
        if (others === 'absent' || others === 'unusable') throw error;
        return others;
      }
    },
    async shared(prefix) {
      const sizes = new Map<string, number>();
      for await (const { key, bytes } of vault.store.list(prefix)) sizes.set(key, bytes);
      return sizes;
    },
  };
}

function noteFile(file: string, files: Set<string>): void {
  if (!/^[a-z0-9._/-]+$/.test(file)) {
    throw new CodedError('invalid-request', `file ${JSON.stringify(file)} is refused: use a-z, 0-9 and ._/-`);
  }
  if (files.has(file))
    throw new CodedError('invalid-request', `file ${file} is refused: it was written before`);
  files.add(file);
}

function changed(name: string): CodedError {
  return new CodedError(
    'source-changed',
    `${name} changed while it was read: it is not what was found before`,
  );
}

async function seal(
  { store, keys }: Vault,
  owner: SinkOwner,
  object: Sealing,
  plain: Readable,
  completion?: Promise<unknown>,
): Promise<ManifestObject> {
  const { path, name, ordinal, sealedBy, atEnd } = object;
  const meter = createMeter({ onBytes: owner.progress, atEnd });
  // A producer that fails need not end its stream: a COPY that never opened its FIFO leaves it open for ever.
  completion?.catch((error: unknown) => {
    meter.stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  const sealed = keys.seal(through(plain, meter), { backupId: sealedBy, path, ordinal });
  const put = await store.put(path, sealed, { signal: owner.signal, metadata: metadataOf(owner.order) });
  await proveStored(
    store,
    { ...put, path },
    {
      signal: owner.signal,
      // A sign of life; no byte comes from the source now.
      onBytes: () => {
        owner.progress(0);
      },
    },
  );
  const { bytes: plainBytes, sha256: plainSha256 } = meter.measured();
  return {
    ...{ path, name, ordinal, sealedBy, plainBytes, plainSha256 },
    ...{ sealedBytes: put.bytes, sealedSha256: put.sha256, storeChecksum: put.storeChecksum, rows: null },
  };
}

/** Bytes in memory as a stream, in the pieces that sealing takes. */
function* inPieces(bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes)
    yield Buffer.from(bytes.subarray(at, at + pieceBytes));
}

function metadataOf({ backupId, type, scope, attempt }: BackupOrder): Record<string, string> {
  return { 'backup-id': backupId, type, scope, attempt: String(attempt) };
}

/** The entry of a shared object that is in the store already, if it opens to the content that it should have. */
async function adopt(
  vault: Vault,
  owner: SinkOwner,
  { name, path, ordinal, sealedBy, plainSha256: wanted }: Sealing & { readonly plainSha256: string },
): Promise<ManifestObject | 'absent' | 'unusable'> {
  const sealed = createMeter();
  const plain = createMeter();
  try {
    const opened = await openSealed(vault, { path, ordinal, sealedBy }, plain, sealed);
    await finished(opened.resume(), { signal: owner.signal });
  } catch (error) {
    owner.signal.throwIfAborted();
    if (errorCode(error) === 'object-not-found') return 'absent';
    if (errorCode(error) === 'object-damaged') return 'unusable';
    throw error;
  }
  const { bytes: plainBytes, sha256: plainSha256 } = plain.measured();
  if (plainSha256 !== wanted) return 'unusable';
  const { bytes: sealedBytes, sha256: sealedSha256 } = sealed.measured();
  return {
    ...{ path, name, ordinal, sealedBy, plainBytes, plainSha256 },
    ...{ sealedBytes, sealedSha256, storeChecksum: null, rows: null },
  };
}
