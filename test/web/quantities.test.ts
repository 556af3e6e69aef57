import { describe, expect, it } from '@jest/globals';
import { bytes, counted, duration, moment } from '../../web/quantities.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');

describe('quantities for people', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [61_000, '1 min 1 s'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
    [-5, '0 ms'],
  ])('say %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
    [3 * 1024 ** 5, '3072.0 TiB'],
  ])('say %d bytes as %s', (count, text) => {
    expect(bytes(count)).toBe(text);
  });

  it('say a moment by how far it is away', () => {
    expect(moment('2025-12-31T23:59:00.000Z', now).markup).toMatch(/>1 min ago</);
    expect(moment('2026-01-01T01:00:00.000Z', now).markup).toMatch(/>in 1 h</);
    expect(moment(null, now).markup).toMatch(/>–</);
  });

  it('count in the singular and in the plural', () => {
    expect([0, 1, 2].map((count) => counted(count, 'object'))).toEqual([
      '0 objects',
      '1 object',
      '2 objects',
    ]);
  });
});
