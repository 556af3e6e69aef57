import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { errorCodes } from '../../errors/error-codes.ts';

describe('the error codes', () => {
  it('are documented, each with its status, and nothing else is', async () => {
    const text = await readFile('docs/errors.md', 'utf8');
    const rows = [...text.matchAll(/^\| +([a-z-]+) +\| +(\d{3}) +\|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    const codes = Object.entries(errorCodes).map(([code, { status }]) => [code, status]);
    expect(rows).toEqual(codes);
  });

  it('stand in alphabetical order', () => {
    const codes = Object.keys(errorCodes);
    expect(codes).toEqual(codes.toSorted());
  });
});
