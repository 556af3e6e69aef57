import { readFile } from 'node:fs/promises';
import type { BackupCatalog } from '../../backups/backup-taker.ts';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import type { ReadableVault } from '../../backups/sealing/open-object.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { Log } from '../../engine/log.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { openWithRecoveryKey } from '../../stores/keys/recovery-key.ts';
import { openReadableVault, openStore } from '../wiring/vault.ts';

/** With which key backups are opened: the configuration's key ring, or the private recovery key in this file (PEM). */
export interface KeyChoice {
  readonly recoveryKey?: string;
  /** Of that file, where it has one. */
  readonly passphrase?: string;
}

export interface OpenedBackups {
  readonly vault: ReadableVault;
  readonly catalog: BackupCatalog;
}

/** The backups of an object store: no Redis, no metadata, nothing but the store and a key. */
export async function openBackups(
  configuration: Pick<Configuration, 'store' | 'keys'>,
  { recoveryKey, passphrase }: KeyChoice,
  log: Log,
): Promise<OpenedBackups> {
  const vault =
    recoveryKey === undefined
      ? await openReadableVault(configuration)
      : {
          store: await openStore(configuration),
          keys: openWithRecoveryKey(await readPem(recoveryKey), passphrase),
        };
  return { vault, catalog: createBackupCatalog(vault, log) };
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CodedError('invalid-request', `the recovery key cannot be read: ${errorText(error)}`, {
      cause: error,
      facts: { file },
    });
  }
}
