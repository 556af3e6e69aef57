import { link, open, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { CodedError, errorText } from '../../errors/coded-error.ts';

/**
 * Writes a new file with the given mode, durably, all of it or nothing; an existing one is never replaced: it may be
 * the only key to every backup. Throws `configuration-invalid`.
 */
export async function writeNewFile(file: string, text: string, mode: 0o600 | 0o644): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(temporary, file);
    const folder = await open(dirname(file), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    throw new CodedError('configuration-invalid', `${file} cannot be made: ${errorText(error)}`, {
      cause: error,
      facts: { file },
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Reads a file that only its owner may read; refuses one that others may. Throws `configuration-invalid`. */
export async function readPrivateFile(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new CodedError('configuration-invalid', `${file} cannot be read: ${errorText(error)}`, {
      cause: error,
      facts: { file },
    });
  });
  try {
    const mode = (await handle.stat()).mode & 0o777;
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new CodedError(
        'configuration-invalid',
        `${file} may be read by others (mode ${mode.toString(8)}): it holds keys, run chmod 600 ${file}`,
        { facts: { file } },
      );
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
