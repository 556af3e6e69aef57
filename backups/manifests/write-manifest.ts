import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  type Manifest,
  type ManifestBody,
  manifestBody,
  type ManifestHeader,
  manifestHeader,
} from '../../model/manifest.ts';
import type { Vault } from '../sealing/open-object.ts';
import { storeProven } from '../sealing/store-proven.ts';
import { headerDigest, manifestContext } from './stored-form.ts';

/**
 * Seals and stores a manifest: with it the backup exists. Throws `object-exists` when another attempt has stored one,
 * `object-damaged` when the store does not give back what it was given.
 */
export async function writeManifest(
  vault: Vault,
  manifest: { readonly header: ManifestHeader; readonly body: ManifestBody },
): Promise<Manifest> {
  const header = manifestHeader.parse(manifest.header);
  const body = manifestBody.parse(manifest.body);
  const context = manifestContext(header.type, header.backupId);
  const secret = JSON.stringify({ headerSha256: headerDigest(header), body });
  const sealed = await buffer(vault.keys.seal(Readable.from([Buffer.from(secret)]), context));
  const stored = Buffer.from(`${JSON.stringify({ header, body: sealed.toString('base64') })}\n`);
  const { sha256 } = await storeProven(vault.store, context.path, stored, {
    metadata: {
      'backup-id': header.backupId,
      type: header.type,
      scope: header.scope,
      attempt: String(header.attempt),
    },
  });
  return { header, body, sha256 };
}
