import { readFile } from 'node:fs/promises';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { RehearsingReader } from '../backup-restorer.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { kmsDetails, type KmsDetails, keyRecord, secretsRecord } from './manifest.ts';

/** Reads backups of tenants' keys. They are looked up, not restored: no key service takes key material back. */
export function createKmsReader(catalog: BackupCatalog): RehearsingReader {
  return {
    type: 'kms',
    async read(backupId) {
      const { body } = await catalog.read('kms', backupId);
      const details = kmsDetails.safeParse(body.details);
      if (!details.success) {
        throw new CodedError('object-damaged', `The manifest of backup ${backupId} describes no keys.`, {
          cause: details.error,
          facts: { backupId },
        });
      }
      return {
        objects: body.objects,
        async decode(object, file) {
          const text = await readFile(file, 'utf8');
          try {
            compare(details.data, object, JSON.parse(text));
          } catch (error) {
            const { path, name } = object;
            const problem = `${path} (${name}) cannot be decoded: ${errorText(error)}`;
            throw new CodedError('object-damaged', problem, { cause: error, facts: { path } });
          }
          return null;
        },
      };
    },
    rehearse: () =>
      Promise.resolve(
        'a restore was not tried: no key service takes keys back, and what is wrapped for the recovery key opens with its private half alone, which is not here; open one data key with it as a drill',
      ),
  };
}

/** Throws where a record is another one than its manifest says. */
function compare(
  { tenants, recoveryKeyId }: KmsDetails,
  { path, name }: ManifestObject,
  json: unknown,
): void {
  if (name.endsWith(' secrets')) {
    const record = secretsRecord.parse(json);
    const tenant = tenants.find(({ tenantId }) => tenantId === record.tenantId);
    if (tenant?.secrets !== record.secrets.length || recoveryKeyId !== record.recoveryKeyId)
      throw new Error('it holds other secrets, or for another recovery key, than its manifest says');
    return;
  }
  const record = keyRecord.parse(json);
  const key = tenants
    .find(({ tenantId }) => tenantId === record.tenantId)
    ?.keys.find(({ object }) => object === path);
  if (key?.keyId !== record.keyId || key.purpose !== record.purpose)
    throw new Error('it describes another key than its manifest says');
}
