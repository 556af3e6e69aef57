import { CodedError } from '../../errors/coded-error.ts';

/**
 * Refuses a path with a question mark: DuckDB puts the log of `a?b` at `a.wal?b`, wherever that may be, and whoever looks
 * for it beside the file misses what was committed.
 */
export function refuseQuery(path: string, code: 'configuration-invalid' | 'invalid-request'): void {
  if (!path.includes('?')) return;
  throw new CodedError(
    code,
    `${path} has a "?" in it, which DuckDB takes for the end of a file's name: choose a path without one.`,
    { facts: { path } },
  );
}
