import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { instant } from '../../model/backup-order.ts';
import { roles } from './roles.ts';

export const keyName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/)
  .describe('1 to 64 letters, digits and . _ @ -, beginning with a letter or digit');

const storedKey = z.strictObject({
  name: keyName,
  role: z.enum(roles),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: instant,
});
export type StoredKey = z.infer<typeof storedKey>;

const keyFile = z.strictObject({
  format: z.literal(1),
  sessionSecret: z.string().regex(/^[0-9a-f]{64}$/),
  keys: z.array(storedKey),
});
interface KeyFile {
  readonly sessionSecret: string | undefined;
  readonly keys: readonly StoredKey[];
}

/** A lock file older than this was left by a process that died. */
const abandonedAfterMs = 10_000;

/** Reads the file again only when it has changed; a missing one holds no key. */
export function keyFileReader(path: string): () => Promise<KeyFile> {
  let known: { readonly version: string; readonly file: KeyFile } | undefined;
  return async () => {
    const facts = await stat(path, { bigint: true }).catch(unlessMissing);
    const version = facts === undefined ? 'none' : `${facts.ino}.${facts.size}.${facts.mtimeNs}`;
    if (known?.version !== version) known = { version, file: await readKeyFile(path) };
    return known.file;
  };
}

async function readKeyFile(path: string): Promise<KeyFile> {
  const facts = await stat(path).catch(unlessMissing);
  if (facts === undefined) return { sessionSecret: undefined, keys: [] };
  if ((facts.mode & 0o007) !== 0) {
    throw unusable(path, 'everyone on this machine may read it: chmod 600 it');
  }
  try {
    return keyFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : errorText(error);
    throw unusable(path, `${why}; restore it, or remove it and make new keys`, error);
  }
}

/** Replaces the file as a whole, one process at a time; its new content is the lock. False when nothing changed. */
export async function changeKeyFile(
  path: string,
  change: (keys: readonly StoredKey[]) => readonly StoredKey[],
): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.new`;
  const handle = await openAlone(next);
  let renamed = false;
  try {
    const before = await readKeyFile(path);
    const keys = change(before.keys);
    if (keys.length === before.keys.length) return false;
    const sessionSecret = before.sessionSecret ?? randomBytes(32).toString('hex');
    await handle.writeFile(`${JSON.stringify({ format: 1, sessionSecret, keys }, null, 2)}\n`);
    await handle.sync();
    await rename(next, path);
    renamed = true;
    return true;
  } finally {
    await handle.close();
    // Once renamed, a file of this name is somebody else's.
    if (!renamed) await rm(next, { force: true });
  }
}

async function openAlone(next: string): ReturnType<typeof open> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      return await open(next, 'wx', 0o600);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      const facts = await stat(next).catch(unlessMissing);
      if (facts !== undefined && Date.now() - facts.mtimeMs > abandonedAfterMs)
        await rm(next, { force: true });
      else await pause(25);
    }
  }
  throw unusable(next, 'another process has been changing the keys for 5 seconds; try again');
}

function unusable(path: string, why: string, cause?: unknown): CodedError {
  return new CodedError('configuration-invalid', `the file of API keys ${path} cannot be used: ${why}`, {
    cause,
  });
}

function unlessMissing(error: unknown): undefined {
  if (hasCode(error, 'ENOENT')) return undefined;
  throw error;
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
