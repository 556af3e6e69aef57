import type { Configuration } from '../../config/configuration.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import type { LocalKeyFiles } from '../../stores/keys/local.ts';

/** The configuration of a folder store and a local key ring, all else as it is by default. */
export function folderConfiguration(store: string, keys: LocalKeyFiles): Configuration {
  return loadConfiguration({
    environment: {
      BACKUP_STORE_FOLDER: store,
      BACKUP_KEYS_FILE: keys.keyring,
      BACKUP_KEYS_RECOVERY_PUBLIC_KEY: keys.recoveryPublicKey,
    },
  });
}
