import { CodedError, errorText } from '../../errors/coded-error.ts';

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
