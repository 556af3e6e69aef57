import { expect, it } from '@jest/globals';
import { refusedRestore } from '../../../../backups/duckdb/engine-error.ts';
import { CodedError } from '../../../../errors/coded-error.ts';

it('says of rows that DuckDB refuses that the backup is damaged, and nothing of it where the machine lacks something', () => {
  expect(refusedRestore(new Error('Constraint Error: Duplicate key'), 'B')).toMatchObject({
    code: 'object-damaged',
    message: expect.stringContaining('Duplicate key') as unknown,
  });
  const others = [new Error('IO Error: No space left on device'), new CodedError('tenant-not-found', 'none')];
  for (const error of others) expect(refusedRestore(error, 'B')).toBe(error);
});
