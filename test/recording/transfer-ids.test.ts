import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { monotonicFactory } from 'ulid';
import { newBackupId } from '../../model/backup-id.ts';
import {
  backupIdOf,
  backupPart,
  nameTransfer,
  transferIdOf,
  transferIdsOf,
} from '../../recording/transfer-ids.ts';

const kinds = ['requested', 'started', 'completed', 'failed', 'refused'] as const;
const now = Date.parse('2026-01-01T00:00:00.000Z');

describe('the id of a transfer', () => {
  it('tells backup, attempt and kind of its event', () => {
    fc.assert(
      fc.property(
        fc.ulid(),
        fc.integer({ min: 1, max: 8191 }),
        fc.constantFrom(...kinds),
        (backupId, attempt, kind) => {
          const id = transferIdOf(backupId, attempt, kind);
          expect(nameTransfer(id, backupId)).toEqual({ backupId, attempt, kind });
          expect(backupIdOf(id, attempt, kind)).toBe(backupId);
          expect(backupPart(id)).toBe(backupPart(transferIdOf(backupId, 1, 'requested')));
          expect(id >= 0n && id < 2n ** 128n).toBe(true);
        },
      ),
      { seed: 7 },
    );
  });

  it('is another for every attempt and kind, and follows the time of the backup', () => {
    const attempts = Array.from({ length: 300 }, (_, index) => index + 1);
    const counting = monotonicFactory();
    const [first, beside, second] = [counting(now), counting(now), newBackupId(now + 1)];
    const ids = [first, beside, second].flatMap((backupId) => transferIdsOf(backupId, attempts));
    expect(new Set(ids).size).toBe(ids.length);
    expect(transferIdOf(first, 300, 'failed')).toBeLessThan(transferIdOf(second, 1, 'requested'));
  });

  it('names no transfer of another backup', () => {
    const [first, second] = [newBackupId(now), newBackupId(now)];
    expect(nameTransfer(transferIdOf(first, 1, 'started'), second)).toBeUndefined();
  });
});
