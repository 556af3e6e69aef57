import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { collectGarbage } from '../../runtime/collect-garbage.ts';

it('what nothing refers to is collected at once, in a process that was not begun with --expose-gc', async () => {
  const dropped = new WeakRef(new Uint8Array(1000));
  // What a turn made lasts until it ends.
  await turn();
  collectGarbage();
  expect(dropped.deref()).toBeUndefined();
});
