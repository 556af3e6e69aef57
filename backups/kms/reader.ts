import { readFile } from 'node:fs/promises';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { BackupReader } from '../backup-restorer.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { keyRecord, secretsRecord } from './manifest.ts';

/** Reads backups of tenants' keys. They are looked up, not restored: no key service takes key material back. */
export function createKmsReader(catalog: BackupCatalog): BackupReader {
  return {
    type: 'kms',
    async read(backupId) {
      const { body } = await catalog.read('kms', backupId);
      return {
        objects: body.objects,
        async decode({ path, name }, file) {
          const text = await readFile(file, 'utf8');
          try {
            (name.endsWith(' secrets') ? secretsRecord : keyRecord).parse(JSON.parse(text));
          } catch (error) {
            throw new CodedError(
              'object-damaged',
              `${path} (${name}) cannot be decoded: ${errorText(error)}`,
              {
                cause: error,
                facts: { path },
              },
            );
          }
          return null;
        },
      };
    },
  };
}
