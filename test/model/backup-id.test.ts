import { expect, it } from '@jest/globals';
import { decodeTime } from 'ulid';
import { z } from 'zod';
import { newBackupId } from '../../model/backup-id.ts';

it('makes ULIDs of the given moment, each another', () => {
  const now = Date.parse('2026-01-01T00:00:00.000Z');
  const ids = Array.from({ length: 10_000 }, () => newBackupId(now));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect([z.ulid().safeParse(id).success, decodeTime(id)]).toEqual([true, now]);
});
