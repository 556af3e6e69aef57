import { createHmac } from 'node:crypto';
import { objectsFolder } from './manifest.ts';

/**
 * Where content of this SHA-256 (hex) is stored. Keyed, so that nobody without the key can tell from the store's
 * listing whether a file that he knows is in the archive.
 */
export function objectAddress(addressKey: Uint8Array, sha256: string): string {
  const hmac = createHmac('sha256', addressKey).update(sha256, 'hex').digest('hex');
  return `${objectsFolder}${hmac.slice(0, 2)}/${hmac}`;
}
