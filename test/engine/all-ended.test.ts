import { expect, it } from '@jest/globals';
import { allEnded } from '../../engine/all-ended.ts';

it('throws what failed when the others have ended, too', async () => {
  const failed = new Error('failed');
  let end: (value: string) => void = () => undefined;
  const slow = new Promise<string>((resolve) => (end = resolve));
  let thrown: unknown;
  const all = allEnded([Promise.reject(failed), slow]).catch((error: unknown) => (thrown = error));
  await new Promise(setImmediate);
  expect(thrown).toBeUndefined();
  end('done');
  expect(await all).toBe(failed);
});

it('gives what each came to, in their order', async () => {
  expect(await allEnded([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two']);
});
