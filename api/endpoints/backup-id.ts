import { z } from 'zod';
import { parseInput } from '../http/parse-input.ts';

const path = z.strictObject({
  id: z.ulid().toUpperCase().describe('the id of a backup: a ULID, 26 letters and digits'),
});

/** The backup that the path names; throws `invalid-request` when it cannot be an id. */
export function backupIdOf(params: Readonly<Record<string, string>>): string {
  return parseInput(path, params, 'path').id;
}
