import { createHash } from 'node:crypto';
import { z } from 'zod';
import { manifestPath } from '../../model/manifest.ts';
import type { SealContext } from '../../stores/keys/port.ts';
import { canonicalJson } from './canonical-json.ts';

/** manifest.json as it lies in the store: a clear header beside the sealed body (base64). */
export const storedForm = z.strictObject({ header: z.record(z.string(), z.json()), body: z.base64() });

/** What is sealed: the body, and the digest of the clear header, so that the seal covers the header too. */
export const sealedForm = z.strictObject({ headerSha256: z.string(), body: z.json() });

/** SHA-256 (hex) of a header in canonical JSON. */
export function headerDigest(header: unknown): string {
  return createHash('sha256').update(canonicalJson(header)).digest('hex');
}

/** The place that a manifest is sealed for. */
export function manifestContext(type: string, backupId: string): SealContext {
  return { backupId, path: manifestPath(type, backupId), ordinal: 0 };
}
