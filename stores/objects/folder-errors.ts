import { CodedError, errorText } from '../../errors/coded-error.ts';

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free space or choose another folder',
  EDQUOT: 'the disk quota is used up: raise it or choose another folder',
  EROFS: 'the file system is read-only: mount it for writing',
  EACCES: 'the folder may not be written: give this user read and write permission',
  EPERM: 'the file system refuses it (hard links are needed): use one that has them',
  ENOTSUP: 'the file system has no hard links: use one that has them',
  EOPNOTSUPP: 'the file system has no hard links: use one that has them',
  EMLINK: 'the file system has no hard links: use one that has them',
  ENOENT: 'a folder has gone: is the disk mounted?',
  ENOTDIR: 'a file stands where a folder should: move it away',
  EIO: 'the disk reports a fault: replace it',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
  ENFILE: 'too many open files on this machine: raise the limit',
  ESTALE: 'the network file system lost the folder: mount it again',
  ENAMETOOLONG: 'the path is too long for the file system: choose a shorter folder',
};

/** True for an error of the operating system with this code (`ENOENT`, …). */
export function isSystemError(thrown: unknown, ...codes: readonly string[]): boolean {
  const code: unknown =
    typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && codes.includes(code);
}

/** What the file system refused, as `store-unavailable` with what to do; a coded error stays what it is. */
export function folderError(thrown: unknown, doing: string): CodedError {
  if (thrown instanceof CodedError) return thrown;
  const known = Object.entries(advice).find(([code]) => isSystemError(thrown, code));
  const what = known?.[1] ?? errorText(thrown);
  return new CodedError('store-unavailable', `${doing} failed: ${what}`, {
    cause: thrown,
    facts: { errno: known?.[0] ?? null },
  });
}
