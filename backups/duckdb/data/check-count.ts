import { CodedError } from '../../../errors/coded-error.ts';

/**
 * Rows that a table gave, beside those that were counted. Throws `internal` where they differ: nothing is to be stored
 * then.
 */
export function checkCount(
  table: string,
  { given, counted }: { readonly given: number; readonly counted: number },
): void {
  if (given === counted) return;
  throw new CodedError(
    'internal',
    `${table} gave ${given} rows where ${counted} were counted in the same snapshot`,
  );
}
