import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CodedError, errorCode } from '../../errors/coded-error.ts';
import { type ManifestObject, sharedOwner } from '../../model/manifest.ts';
import type { SharedContent, SharedObject } from '../backup-taker.ts';
import { createMeter, type Measured } from './meter.ts';
import { openSealed, type Vault } from './open-object.ts';
import { sealObject, type SinkOwner } from './seal-object.ts';

const pieceBytes = 1024 * 1024;

/** Seals a shared object into the vault, as `ObjectSink.writeShared` promises. */
export type SealShared = (
  owner: SinkOwner,
  object: SharedObject,
  content: SharedContent,
) => Promise<ManifestObject>;

/** Seals on the thread that calls. */
export function sealSharedInto(vault: Vault): SealShared {
  return async (owner, object, content) => {
    const known = await adopt(vault, owner, object);
    if (known !== 'absent' && known !== 'unusable') return known;
    const { backupId, attempt } = owner.order;
    const path = known === 'absent' ? object.path : `${object.path}.${backupId}.${attempt}`;
    try {
      const placed = { name: object.name, path, ordinal: 0, sealedBy: sharedOwner };
      return await sealObject(vault, owner, { ...placed, ...trust(object, content) }, streamOf(content));
    } catch (error) {
      if (errorCode(error) !== 'object-exists') throw error;
      const others = await adopt(vault, owner, object);
      if (others === 'absent' || others === 'unusable') throw error;
      return others;
    }
  };
}

/** Bytes in memory were hashed where they stand; a file may have changed since. */
function trust({ name, plainSha256 }: SharedObject, content: SharedContent) {
  if (content instanceof Uint8Array) return { plainSha256, atEnd: () => undefined };
  const atEnd = ({ sha256 }: Measured): void => {
    if (sha256 === plainSha256) return;
    throw new CodedError(
      'source-changed',
      `${name} changed while it was read: it is not what was found before`,
    );
  };
  return { atEnd };
}

function streamOf(content: SharedContent): Readable {
  const chunks = content instanceof Uint8Array ? inPieces(content) : chunksOf(content.file);
  return Readable.from(chunks, { objectMode: false });
}

/** Bytes in memory as a stream, in the pieces that sealing takes; none is copied. */
function* inPieces({ buffer, byteOffset, byteLength }: Uint8Array<SharedArrayBuffer>): Generator<Buffer> {
  for (let at = 0; at < byteLength; at += pieceBytes)
    yield Buffer.from(buffer, byteOffset + at, Math.min(pieceBytes, byteLength - at));
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  yield* handle.createReadStream({ highWaterMark: pieceBytes }) as AsyncIterable<Buffer>;
}

/** The entry of a shared object that is in the store already, if it opens to the content that it should have. */
async function adopt(
  vault: Vault,
  owner: SinkOwner,
  { name, path, plainSha256: wanted }: SharedObject,
): Promise<ManifestObject | 'absent' | 'unusable'> {
  const place = { path, ordinal: 0, sealedBy: sharedOwner };
  const sealed = createMeter();
  const plain = createMeter();
  try {
    const opened = await openSealed(vault, place, plain, sealed);
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
    ...{ ...place, name, plainBytes, plainSha256 },
    ...{ sealedBytes, sealedSha256, storeChecksum: null, rows: null },
  };
}
