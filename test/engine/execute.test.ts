import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { direct, queue } from '../../engine/endpoint.ts';
import { drawRoutes } from '../../engine/draw.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import { execute } from '../../engine/execute.ts';
import { deadLetterQueue } from '../../engine/dead-letter.ts';
import { replaceStep } from '../../engine/replace-step.ts';
import { route } from '../../engine/route.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { exchangeOf } from '../support/exchange-of.ts';

const once = errorPolicy('once', { attempts: 1 });
const numbers = direct<number>('numbers');
const evens = queue('evens', z.number());

function double(exchange: Exchange<number>, { by }: { readonly by: number }): number {
  return exchange.body * by;
}
function isLarge(value: number): value is number {
  return value > 10;
}

describe('execute', () => {
  it('runs step after step and returns reply and sends', async () => {
    const doubled = route('doubled', once).from(numbers).process(double).to(evens);
    const { reply, sends } = await execute(doubled, exchangeOf(4), { by: 2 });
    expect(reply).toBe(8);
    expect(sends).toEqual([{ endpoint: evens, body: 8 }]);
  });

  it('ends the line at a filter, with what did not pass as the reply', async () => {
    const large = route('large', once).from(numbers).filter(isLarge).to(evens);
    expect(await execute(large, exchangeOf(3), {})).toEqual({ reply: 3, sends: [] });
    expect((await execute(large, exchangeOf(30), {})).sends).toHaveLength(1);
  });

  it('goes on once for each part, and replies what was split', async () => {
    const parts = route('parts', once)
      .from(direct<readonly number[]>('lists'))
      .split((all) => all)
      .process(double)
      .to(evens);
    const { reply, sends } = await execute(parts, exchangeOf([1, 2, 3]), { by: 2 });
    expect(reply).toEqual([1, 2, 3]);
    expect(sends.map(({ body }) => body)).toEqual([2, 4, 6]);
  });

  it('sends nothing when a step throws', async () => {
    function fail(): never {
      throw new Error('no');
    }
    const failing = route('failing', once).from(numbers).to(evens).process(fail);
    await expect(execute(failing, exchangeOf(1), {})).rejects.toThrow('no');
  });

  it('refuses a value that no case is for', async () => {
    const chosen = route('chosen', once)
      .from(direct<{ readonly size: 'small' }>('sizes'))
      .choose('size', { small: direct('small') });
    await expect(execute(chosen, exchangeOf({ size: 'huge' }), {})).rejects.toThrow(
      'route chosen: no case for size huge',
    );
  });
});

describe('a route', () => {
  it('is frozen, and a verb makes a new one', () => {
    const begun = route('begun', once).from(numbers);
    const longer = begun.process(double);
    expect([begun.steps.length, longer.steps.length]).toEqual([0, 1]);
    expect([longer, longer.steps, longer.steps[0]].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('takes another function in place of a step, under the name of the step', async () => {
    const doubled = route('doubled', once).from(numbers).process(double);
    const halved = replaceStep(doubled, double, ({ body }) => body / 2);
    expect((await execute(halved, exchangeOf(4), { by: 9 })).reply).toBe(2);
    expect(halved.steps).toMatchObject([{ name: 'double' }]);
    expect((await execute(doubled, exchangeOf(4), { by: 9 })).reply).toBe(36);
    expect(() => replaceStep(route('bare', once).from(numbers), double, double)).toThrow(
      'route bare has no step double',
    );
  });

  it('has only steps with a name', () => {
    expect(() =>
      route('x', once)
        .from(numbers)
        .process(() => 1),
    ).toThrow('a function with a name');
  });
});

describe('the drawing', () => {
  it('shows steps, choices, and where a message goes that is given up', () => {
    const policy = errorPolicy('careful', { attempts: 2, deadLetter: deadLetterQueue('dead') });
    const drawn = drawRoutes([
      route('first', policy).from(evens).process(double).filter(isLarge).to(numbers),
      route('second', once).from(numbers).to(direct('elsewhere')),
    ]);
    expect(drawn.split('\n')).toEqual([
      'flowchart LR',
      '  first["<b>first</b><br/>double<br/>only if isLarge"]',
      '  queue-evens[("evens")]',
      '  queue-evens --> first',
      '  queue-dead[("dead")]',
      '  first -. gives up .-> queue-dead',
      '  first --> second',
      '  second["<b>second</b>"]',
      '  direct-elsewhere("elsewhere")',
      '  second --> direct-elsewhere',
    ]);
  });
});
