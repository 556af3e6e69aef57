import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { follow } from '../../../backups/tigerbeetle/restore/follow.ts';

/** Follows two places behind at most; each way ends when it is told to. */
function following() {
  const ways: { readonly to: bigint; readonly end: () => void; readonly fail: (error: Error) => void }[] = [];
  const prepared: string[] = [];
  const behind = follow({
    go: (to) =>
      new Promise((end, fail) => {
        ways.push({ to, end, fail });
      }),
    prepare: (from, to) => prepared.push(`${from} to ${to}, on the way to ${ways.at(-1)?.to ?? 0n}`),
    most: 2,
  });
  return { behind, ways, prepared, gone: () => ways.map(({ to }) => to) };
}

/** Whether work has ended, well or not. */
async function hasEnded(work: Promise<void>): Promise<boolean> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  work.then(end, end);
  await turn();
  return ended;
}

it('goes from place to place, and keeps whoever is too far ahead waiting', async () => {
  const { behind, ways, gone } = following();
  await behind.to(1n);
  await behind.to(2n);
  const third = behind.to(3n);
  expect(await hasEnded(third)).toBe(false);
  expect(gone()).toEqual([1n]);
  ways[0]?.end();
  expect(await hasEnded(third)).toBe(true);
  const arrived = behind.arrived();
  ways[1]?.end();
  expect(await hasEnded(arrived)).toBe(false);
  ways[2]?.end();
  await arrived;
  expect(gone()).toEqual([1n, 2n, 3n]);

  await behind.to(4n);
  expect(gone().at(-1)).toBe(4n);
  ways[3]?.end();
  await behind.arrived();
});

it('prepares each place but the first once, while the way to the one before it is gone', async () => {
  const { behind, ways, prepared } = following();
  const told = [1n, 2n, 3n, 4n].map((place) => behind.to(place));
  for (const way of [0, 1, 2, 3]) {
    await turn();
    ways[way]?.end();
  }
  await Promise.all(told);
  await behind.arrived();
  expect(prepared).toEqual([
    '1 to 2, on the way to 1',
    // When a way has ended, what begins next is prepared for before it begins.
    '2 to 3, on the way to 1',
    '3 to 4, on the way to 2',
  ]);
});

it('tells all who wait, and all who come later, what failed, and goes no further', async () => {
  const { behind, ways, gone } = following();
  const failure = new Error('the way is closed');
  await behind.to(1n);
  await behind.to(2n);
  const waiting = [behind.to(3n), behind.to(4n), behind.arrived()];
  const refused = waiting.map((each) => expect(each).rejects.toBe(failure));
  ways[0]?.fail(failure);
  await Promise.all(refused);
  await expect(behind.to(5n)).rejects.toBe(failure);
  await expect(behind.arrived()).rejects.toBe(failure);
  expect(gone()).toEqual([1n]);
});
