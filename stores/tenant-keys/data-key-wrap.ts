import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM: 12 bytes IV, 16 bytes tag, then the sealed bytes; the context is authenticated and not stored. */
export function wrapWithKey(
  key: Uint8Array,
  plain: Uint8Array,
  context: Readonly<Record<string, string>>,
): Uint8Array {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(canonical(context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Throws when key, context or a byte is another. */
export function unwrapWithKey(
  key: Uint8Array,
  wrapped: Uint8Array,
  context: Readonly<Record<string, string>>,
): Uint8Array {
  const iv = wrapped.subarray(0, ivBytes);
  const opening = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(
    canonical(context),
  );
  opening.setAuthTag(wrapped.subarray(ivBytes, ivBytes + tagBytes));
  const opened = opening.update(wrapped.subarray(ivBytes + tagBytes));
  opening.final();
  return opened;
}

function canonical(context: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    JSON.stringify(Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1))),
  );
}
