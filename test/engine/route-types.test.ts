import { expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Clock } from '../../engine/clock.ts';
import { direct, queue, timer, type Tick } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { replaceStep } from '../../engine/replace-step.ts';
import { type AnyRoute, type Needs, route } from '../../engine/route.ts';

/** What the compiler refuses. tsc checks these: an expectation that no longer holds is an error of the build. */
type Parcel =
  { readonly size: 'small'; readonly grams: number } | { readonly size: 'large'; readonly crates: number };
type Small = Extract<Parcel, { size: 'small' }>;
type Large = Extract<Parcel, { size: 'large' }>;
interface Stock {
  readonly parcels: () => readonly Parcel[];
}

const once = errorPolicy('once', { attempts: 1 });
const ticks = direct<Tick, readonly Parcel[]>('ticks');
const small = direct<Small>('small');
const large = queue<Large>('large', z.object({ size: z.literal('large'), crates: z.number() }));

function listParcels(exchange: Exchange<Tick>, { stock }: { readonly stock: Stock }): readonly Parcel[] {
  return exchange.body.at === '' ? [] : stock.parcels();
}
function weigh(exchange: Exchange<Small>, { clock }: { readonly clock: Clock }): number {
  return exchange.body.grams + clock.now();
}
function isSmall(parcel: Parcel): parcel is Small {
  return parcel.size === 'small';
}

const sorted = route('sorted', once)
  .from(ticks)
  .process(listParcels)
  .split((parcels) => parcels)
  .choose('size', { small, large });
const weighed = route('weighed', once).from(small).process(weigh);

function start<const Routes extends readonly AnyRoute[]>(
  routes: Routes,
  deps: Needs<Routes[number]>,
): number {
  return routes.length + Object.keys(deps as object).length;
}

it('supplies the union of what all routes need', () => {
  const stock = { parcels: () => [] };
  const clock = { now: () => 0 };
  expect(start([sorted, weighed], { stock, clock })).toBe(4);
  // @ts-expect-error the clock that weigh needs is missing
  start([sorted, weighed], { stock });
  // @ts-expect-error the stock is no stock
  start([sorted], { stock: { parcels: 1 } });
});

it('lets types flow from step to step', () => {
  // @ts-expect-error weigh takes a small parcel, not a tick
  route('x', once).from(ticks).process(weigh);
  // @ts-expect-error a list is not a message: split it first
  route('x', once).from(ticks).process(listParcels).to(large);
  // @ts-expect-error a queue accepts its own payload alone
  route('x', once).from(small).to(large);
  const ticking = route('x', once).from(timer('x', { every: 1 }));
  // @ts-expect-error a timer gives ticks
  ticking.to(small);
  const filtered = route('x', once).from(direct<Parcel>('parcels')).filter(isSmall).process(weigh);
  expect(filtered.steps).toHaveLength(2);
});

it('makes a choice exhaustive, each case with its own payload', () => {
  const parcels = route('x', once)
    .from(ticks)
    .process(listParcels)
    .split((all) => all);
  // @ts-expect-error large is missing
  parcels.choose('size', { small });
  // @ts-expect-error a large parcel does not go where small ones go
  parcels.choose('size', { small, large: small });
  expect(Object.isFrozen(parcels)).toBe(true);
});

it('holds a route to the reply that its endpoint promises', () => {
  const answers: AnyRoute = route('x', once).from(direct<Tick, readonly Parcel[]>('y')).process(listParcels);
  // @ts-expect-error the endpoint promises parcels, the tick is no list of parcels
  const silent: AnyRoute = route('x', once).from(direct<Tick, readonly Parcel[]>('y'));
  // @ts-expect-error what did not pass the filter is replied too
  const half: AnyRoute = route('x', once).from(direct<Parcel, Small>('y')).filter(isSmall);
  expect([answers, silent, half]).toHaveLength(3);
});

it('takes the reply of another route as the next body', () => {
  const called = route('x', once).from(direct<Tick>('y')).to(ticks);
  const counted = called.process(function count(exchange: Exchange<readonly Parcel[]>) {
    return exchange.body.length;
  });
  expect(counted.steps).toHaveLength(2);
});

it('replaces a step only by one of the same shape', () => {
  const heavy = replaceStep(weighed, weigh, () => 7);
  expect(heavy).not.toBe(weighed);
  // @ts-expect-error a weight is a number
  replaceStep(weighed, weigh, () => 'seven');
});
