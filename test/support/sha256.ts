import { createHash } from 'node:crypto';

/** Hex. */
export const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
