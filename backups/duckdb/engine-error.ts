import { CodedError, errorText } from '../../errors/coded-error.ts';

/**
 * What DuckDB has refused of a backup that was being restored, as `object-damaged`: a row that a constraint does not
 * let in. All else is given back as it is; what the machine lacks (memory, room, a library) says nothing of the backup.
 */
export function refusedRestore(error: unknown, backupId: string): unknown {
  const text = errorText(error);
  const refused = /^(Error: )?(Constraint|Catalog|Binder|Parser|Conversion|Invalid Input|Dependency) Error: /;
  if (error instanceof CodedError || !refused.test(text)) return error;
  return new CodedError(
    'object-damaged',
    `Backup ${backupId} cannot be restored with this DuckDB: ${text}. Nothing was restored; leave that table out, or try another backup.`,
    { cause: error, facts: { backupId } },
  );
}

/**
 * What DuckDB threw while it read our copy, as `source-unreadable`: a damaged block, a value that cannot be cast. All else
 * is given back as it is.
 */
export function engineError(error: unknown, file: string): unknown {
  const text = errorText(error);
  if (error instanceof CodedError || !/^(Error: )?[A-Z][A-Za-z ]* Error: /.test(text)) return error;
  return new CodedError(
    'source-unreadable',
    `DuckDB could not read a copy of ${file}, and nothing was stored: ${text}. Where it speaks of a damaged file, the ` +
      'source is damaged in the same place: restore the newest backup beside it and compare.',
    { cause: error },
  );
}
