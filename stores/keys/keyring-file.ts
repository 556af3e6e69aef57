import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import { readPrivateFile } from './private-file.ts';

const key = z.strictObject({
  id: z.string().regex(/^local:[0-9a-f]{16}$/),
  /** 32 bytes. */
  key: z.base64().refine((text) => Buffer.from(text, 'base64').length === 32),
});
const keyringFile = z.strictObject({
  format: z.literal(1),
  /** The first seals; each of them opens. */
  keys: z.array(key).min(1),
});

/** A working key; its bytes never leave this folder but into the AWS Encryption SDK. */
export interface WorkingKey {
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The text of a new keyring file with one new key. */
export function newKeyringText(): string {
  const made = { id: `local:${randomBytes(8).toString('hex')}`, key: randomBytes(32).toString('base64') };
  return `${JSON.stringify({ format: 1, keys: [made] }, undefined, 2)}\n`;
}

/** The keys of a keyring file, the one that seals first. Throws `configuration-invalid`, which quotes nothing of it. */
export async function readKeyringFile(file: string): Promise<readonly [WorkingKey, ...WorkingKey[]]> {
  const text = await readPrivateFile(file);
  const [first, ...others] = parse(text)?.keys.map(workingKey) ?? [];
  if (first !== undefined) return [first, ...others];
  throw new CodedError(
    'configuration-invalid',
    `${file} is no keyring: it must be the JSON file that was made at set-up; restore it from its copy, or restore with the recovery key`,
    { facts: { file } },
  );
}

function parse(text: string): z.infer<typeof keyringFile> | undefined {
  try {
    return keyringFile.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON; the parser's message would quote the file.
    return undefined;
  }
}

function workingKey(entry: z.infer<typeof key>): WorkingKey {
  // A buffer of its own: the SDK refuses a view on a shared pool.
  const bytes = new Uint8Array(32);
  bytes.set(Buffer.from(entry.key, 'base64'));
  return { id: entry.id, bytes };
}
