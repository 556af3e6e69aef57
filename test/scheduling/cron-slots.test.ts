import { describe, expect, it } from '@jest/globals';
import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { parseCron } from '../../scheduling/cron-expression.ts';
import { cronSlots } from '../../scheduling/cron-slots.ts';
import type { Slots } from '../../scheduling/slots.ts';
import { zoneOffsets } from '../../scheduling/zone-offsets.ts';

const hour = 3_600_000;

function slotsOf(cron: string, timeZone: string): Slots {
  const zone = zoneOffsets(timeZone);
  if (zone === undefined) throw new Error(`no zone ${timeZone}`);
  return cronSlots(parseCron(cron), zone);
}

/** The slots after one instant up to another, once forward and once backward. */
function between(slots: Slots, from: string, to: string): readonly string[] {
  const end = Date.parse(to);
  const forward: number[] = [];
  for (let at = slots.around(Date.parse(from)).next; at <= end; at = slots.around(at).next) forward.push(at);
  const backward: number[] = [];
  for (let at = slots.around(end).previous; at > Date.parse(from); at = slots.around(at - 1).previous) {
    backward.unshift(at);
  }
  expect(backward).toEqual(forward);
  return forward.map((slot) => new Date(slot).toISOString().replace(':00.000Z', ''));
}

describe('slots of cron expressions', () => {
  it('runs a local time that the clocks skip as far after the gap as it lies in it', () => {
    expect(
      between(slotsOf('30 2 * * *', 'America/New_York'), '2026-03-07T00:00Z', '2026-03-10T00:00Z'),
    ).toEqual(['2026-03-07T07:30', '2026-03-08T07:30', '2026-03-09T06:30']);
    expect(between(slotsOf('30 2 * * *', 'Europe/Berlin'), '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual(
      ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'],
    );
  });

  it('runs a local time that comes twice the first time alone', () => {
    expect(
      between(slotsOf('30 1 * * *', 'America/New_York'), '2026-10-31T00:00Z', '2026-11-03T00:00Z'),
    ).toEqual(['2026-10-31T05:30', '2026-11-01T05:30', '2026-11-02T06:30']);
    expect(between(slotsOf('30 2 * * *', 'Europe/Berlin'), '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual(
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    );
  });

  it('lets expressions for every hour follow elapsed time', () => {
    const slots = slotsOf('*/30 * * * *', 'America/New_York');
    expect(between(slots, '2026-11-01T04:45Z', '2026-11-01T07:15Z')).toEqual([
      '2026-11-01T05:00',
      '2026-11-01T05:30',
      '2026-11-01T06:00',
      '2026-11-01T06:30',
      '2026-11-01T07:00',
    ]);
    expect(between(slots, '2026-03-08T06:15Z', '2026-03-08T07:45Z')).toEqual([
      '2026-03-08T06:30',
      '2026-03-08T07:00',
      '2026-03-08T07:30',
    ]);
  });

  it('knows gaps of half an hour, at midnight, and of a whole day', () => {
    expect(
      between(slotsOf('15 2 * * *', 'Australia/Lord_Howe'), '2026-10-02T00:00Z', '2026-10-05T00:00Z'),
    ).toEqual(['2026-10-02T15:45', '2026-10-03T15:45', '2026-10-04T15:15']);
    expect(between(slotsOf('0 0 * * *', 'Africa/Cairo'), '2026-04-22T00:00Z', '2026-04-25T00:00Z')).toEqual([
      '2026-04-22T22:00',
      '2026-04-23T22:00',
      '2026-04-24T21:00',
    ]);
    expect(between(slotsOf('0 12 * * *', 'Pacific/Apia'), '2011-12-28T23:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-29T22:00',
      '2011-12-30T22:00',
      '2011-12-31T22:00',
    ]);
  });

  it.each([
    ['0 0 29 2 *', '2028-02-29'],
    ['0 0 L * *', '2026-01-31'],
    ['0 0 * * 1#5', '2026-03-30'],
    ['0 0 * * 5L', '2026-01-30'],
    ['0 0 13 * 5', '2026-01-02'],
    ['@weekly', '2026-01-04'],
    ['0 0 * * 7', '2026-01-04'],
  ])('knows %s', (cron, day) => {
    const { next } = slotsOf(cron, 'UTC').around(Date.parse('2026-01-01T00:00:00Z'));
    expect(new Date(next).toISOString()).toBe(`${day}T00:00:00.000Z`);
  });

  it.each([
    ['61 * * * *', 'range'],
    ['* * * *', 'five fields'],
    ['0 0 1 1 * *', 'five fields'],
    ['', 'five fields'],
    ['H 2 * * *', 'jitter'],
    ['0 0 30 2 *', 'day of month'],
  ])('refuses "%s"', (cron, why) => {
    expect(() => parseCron(cron)).toThrow(why);
  });

  it('agrees with cron-parser where the clocks do not change', () => {
    const list = (min: number, max: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min, max }).map(String),
        fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map((all) => all.join(',')),
        fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
      );
    const cron = fc
      .tuple(list(0, 59), list(0, 23), list(1, 28), list(1, 12), list(0, 6))
      .map((fields) => fields.join(' '));
    fc.assert(
      fc.property(cron, fc.integer({ min: 0, max: 20_000 }), (expression, hours) => {
        const from = Date.UTC(2026, 0, 1) + hours * hour + 17_000;
        const peer = CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: new Date(from) });
        expect(slotsOf(expression, 'UTC').around(from).next).toBe(peer.next().getTime());
      }),
      { numRuns: 150 },
    );
  });

  it('has slots in strict order that each lie around themselves, in every zone', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const crons = fc.constantFrom(
      '30 2 * * *',
      '*/15 * * * *',
      '5,35 0,1,2,3 * * *',
      '0 0 1 * *',
      '59 23 * * *',
    );
    fc.assert(
      fc.property(zones, crons, fc.integer({ min: 0, max: 365 * 24 }), (zone, cron, hours) => {
        const slots = slotsOf(cron, zone);
        let { previous, next } = slots.around(Date.UTC(2026, 0, 1) + hours * hour);
        for (let count = 0; count < 30; count += 1) {
          expect(next).toBeGreaterThan(previous);
          expect(slots.around(next).previous).toBe(next);
          expect(slots.around(next - 1)).toEqual({ previous, next });
          ({ previous, next } = slots.around(next));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has one slot for each day of a daily time, in every zone and through every change of the clocks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.integer({ min: 0, max: 23 }),
        (zone, at) => {
          const slots = slotsOf(`30 ${at} * * *`, zone);
          let slot = slots.around(Date.UTC(2026, 0, 1)).next;
          for (let day = 0; day < 365; day += 1) {
            const { next } = slots.around(slot);
            expect(Math.abs(next - slot - 24 * hour)).toBeLessThanOrEqual(2 * hour);
            slot = next;
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
