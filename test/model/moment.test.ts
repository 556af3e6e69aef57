import { expect, it } from '@jest/globals';
import { nanosecondsOf, toUtc } from '../../model/moment.ts';

it.each([
  ['2026-01-01T07:00:00+01:00', '2026-01-01T06:00:00.000Z', 0n],
  ['2026-01-01T06:00:00.5Z', '2026-01-01T06:00:00.500Z', 500_000_000n],
  ['2026-01-01T07:00:00.123456789+01:00', '2026-01-01T06:00:00.123456789Z', 123_456_789n],
  ['2026-01-01T06:00:00.1239Z', '2026-01-01T06:00:00.1239Z', 123_900_000n],
])('%s keeps all of its digits', (text, utc, fraction) => {
  expect(toUtc(text)).toBe(utc);
  for (const one of [text, utc]) expect(nanosecondsOf(one)).toBe(1_767_247_200_000_000_000n + fraction);
});
