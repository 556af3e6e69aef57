import { CodedError } from '../../errors/coded-error.ts';
import type { ObjectSink } from '../backup-taker.ts';
import type { Vault } from './open-object.ts';
import { sealObject, type SinkOwner } from './seal-object.ts';
import { type SealShared, sealSharedInto } from './shared-object.ts';

/**
 * A sink that seals into the vault: plain → SHA-256 → seal → store → read back, as one stream with bounded memory.
 * Shared objects are sealed by `sealShared` where that is given: by other threads, into the same vault.
 */
export function createObjectSink(vault: Vault, owner: SinkOwner, sealShared?: SealShared): ObjectSink {
  const { order } = owner;
  const files = new Set<string>();
  const shared = sealShared ?? sealSharedInto(vault);
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
      const object = { name, path, ordinal, sealedBy: order.backupId, atEnd, completion };
      return sealObject(vault, owner, object, plain);
    },
    writeShared: (object, content) => shared(owner, object, content),
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
