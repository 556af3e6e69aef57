import type { Configuration } from '../../config/configuration.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import { openVault } from '../wiring/vault.ts';
import { checkKeys } from './check-keys.ts';
import { checkScratch, checkSources } from './check-places.ts';
import { checkRedis } from './check-redis.ts';
import { checkStore } from './check-store.ts';
import type { Diagnosis } from './diagnosis.ts';
import { checkCustody } from './recovery-custody.ts';

/** Everything that must hold before backups can be relied on; each check stands alone. */
export async function examine(configuration: Configuration): Promise<Diagnosis[]> {
  const openKeys = async (): Promise<KeyRing> => (await openVault(configuration)).keys;
  return [
    await checkRedis(configuration.redis.url),
    await checkStore(configuration),
    await checkKeys(openKeys),
    await checkCustody(configuration, openKeys),
    ...(await checkSources(configuration)),
    await checkScratch(configuration),
  ];
}
