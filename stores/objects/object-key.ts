import { CodedError } from '../../errors/coded-error.ts';

const part = /^[A-Za-z0-9_.=+@~-]{1,200}$/;

/** Refuses, with `invalid-request`, a key that some store could not hold or that would leave its folder. */
export function assertObjectKey(key: string): void {
  const parts = key.split('/');
  const wrong = parts.find((name) => !part.test(name) || name === '.' || name === '..');
  if (wrong === undefined && key.length <= 1000) return;
  throw new CodedError(
    'invalid-request',
    `object key ${JSON.stringify(key)} is refused: a key has at most 1000 characters in parts of 1 to 200 letters, digits or _.=+@~- separated by /, and no part is . or ..`,
    { facts: { key } },
  );
}

/** The same for a prefix, which may be empty and may end within a part or with a slash. */
export function assertObjectPrefix(prefix: string): void {
  if (prefix !== '') assertObjectKey(prefix.endsWith('/') ? `${prefix}x` : prefix);
}

/** Refuses metadata that S3 would change or reject: lower-case keys, printable ASCII values, 2 KB in all. */
export function assertObjectMetadata(metadata: Readonly<Record<string, string>>): void {
  const entries = Object.entries(metadata);
  const wrong = entries.find(([key, value]) => !/^[a-z0-9-]{1,60}$/.test(key) || !/^[ -~]*$/.test(value));
  const total = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (wrong === undefined && total <= 2000) return;
  throw new CodedError(
    'invalid-request',
    `metadata ${wrong?.[0] ?? ''} is refused: keys are lower-case letters, digits and -, values are ASCII, all together at most 2000 characters`,
  );
}
