import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { unpackRows } from '../../../backups/tigerbeetle/row-readers.ts';
import { sentRows } from '../../../backups/tigerbeetle/restore/sent-rows.ts';
import { writeEvents } from '../../../backups/tigerbeetle/restore/write-events.ts';
import { CodedError } from '../../../errors/coded-error.ts';
import { batchLimit, type Created, type Transfer, transferFlags } from '../../../stores/ledger/port.ts';
import { createRedisLedger } from '../../../stores/ledger/redis.ts';
import { ledgerScope } from '../../support/ledger-events.ts';
import { packed } from '../../support/packed-rows.ts';
import { testRedis } from '../../support/redis.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const { redis, prefix } = testRedis();
let ledgers = 0;

/** Writes pages of transfers into a ledger that takes batches of up to 50. */
async function write(scope: ReturnType<typeof ledgerScope>, pages: readonly (readonly Transfer[])[]) {
  const ledger = createRedisLedger({ redis, prefix: `${prefix}-${++ledgers}`, clock: new SettableClock() });
  await ledger.createAccounts([1, 2].map((n) => scope.account(n)));
  const left = pages.map((page) => packed('transfers', page));
  return writeEvents(
    {
      next: () => Promise.resolve(left.shift()),
    },
    {
      kind: 'transfers',
      create: async (batch) => {
        if (batch.rows > 50) throw new CodedError('invalid-request', 'too many for this cluster');
        return ledger.createTransfers(unpackRows('transfers', batch));
      },
      signal: new AbortController().signal,
    },
  );
}

/** So many transfers, of which those from `from` to before `to` are one chain. */
function chained(
  scope: ReturnType<typeof ledgerScope>,
  count: number,
  [from, to]: readonly [number, number],
) {
  return Array.from({ length: count }, (_, n) =>
    scope.transfer(1000 + n, { flags: n >= from && n < to - 1 ? transferFlags.linked : 0 }),
  );
}

it('keeps a chain whole that is longer than the batches that a cluster is given, wherever a page ends in it', async () => {
  for (const end of [8200, 8220, 8235]) {
    const scope = ledgerScope();
    const all = chained(scope, 8300, [8200, 8240]);
    expect(await write(scope, [all.slice(0, end), all.slice(end)])).toBe(8300);
  }
});

it('names the event for which a chain is refused', async () => {
  const scope = ledgerScope();
  const all = chained(scope, 20, [5, 10]).map((one, n) =>
    n === 8 ? { ...one, debitAccountId: scope.id(9) } : one,
  );
  await expect(write(scope, [all])).rejects.toMatchObject({
    code: 'restore-target-unusable',
    facts: { id: String(scope.id(1008)), result: 'debit_account_not_found' },
  });
});

interface Given {
  /** What a batch is answered with; each created where it is left out. */
  readonly create?: (rows: number) => Promise<readonly Created<string>[]>;
  readonly written?: (rows: number) => Promise<void>;
  /** Before each read, of which this is the number from 1 on. */
  readonly read?: (number: number) => Promise<void>;
  readonly signal?: AbortSignal;
}

const created = (rows: number, result = 'created') =>
  Promise.resolve(Array.from({ length: rows }, () => ({ result, timestamp: 0n })));

/** Writes transfers; `steps` tells what came after what. */
function writing(transfers: readonly Transfer[], given: Given = {}) {
  const steps: string[] = [];
  const left = sentRows();
  left.add(packed('transfers', transfers));
  let reads = 0;
  const work = writeEvents(
    {
      async next(most) {
        if (most < 1) throw new RangeError('nothing is asked for');
        steps.push(`read ${most} at most`);
        await given.read?.(++reads);
        return left.next(most);
      },
    },
    {
      kind: 'transfers',
      create: ({ rows }) => {
        steps.push(`create ${rows}`);
        return (given.create ?? created)(rows);
      },
      written: async ({ rows }) => {
        await given.written?.(rows);
        steps.push(`written ${rows}`);
      },
      signal: given.signal ?? new AbortController().signal,
    },
  );
  work.catch(() => undefined);
  return { work, steps, done: () => steps.filter((step) => !step.startsWith('read')) };
}

const tooMany = (limit: number) => (rows: number) =>
  rows > limit ? Promise.reject(new CodedError('invalid-request', 'too many')) : created(rows);

it('cuts no chain at the end of a batch, and reads then what there is room for', async () => {
  const all = chained(ledgerScope(), batchLimit + 20, [batchLimit - 5, batchLimit + 10]);
  const { work, steps, done } = writing(all);
  expect(await work).toBe(batchLimit + 20);
  expect(done()).toEqual([
    `create ${batchLimit - 5}`,
    `written ${batchLimit - 5}`,
    'create 25',
    'written 25',
  ]);
  const reads = steps.filter((step) => step.startsWith('read'));
  expect(reads.slice(0, 2)).toEqual([`read ${batchLimit} at most`, `read ${batchLimit - 5} at most`]);
});

it('reads on to the end of a chain that is longer than a batch', async () => {
  const { work, done } = writing(chained(ledgerScope(), batchLimit + 20, [0, batchLimit + 10]));
  expect(await work).toBe(batchLimit + 20);
  expect(done()[0]).toBe(`create ${batchLimit + 10}`);
});

it('reads the next batch while one is written, and no further', async () => {
  const scope = ledgerScope();
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const page = chained(scope, batchLimit, [0, 0]);
  const { work, steps } = writing([...page, ...page, ...page], {
    create: (rows) => answered.then(() => created(rows)),
  });
  await turn();
  expect(steps).toEqual([`read ${batchLimit} at most`, `create ${batchLimit}`, `read ${batchLimit} at most`]);
  answer();
  expect(await work).toBe(3 * batchLimit);
});

it('has each part of a batch done with before the next is sent, and counts what exists', async () => {
  const { work, done } = writing(chained(ledgerScope(), 10, [0, 0]), {
    create: (rows) => tooMany(4)(rows).then(() => created(rows, 'exists')),
    written: () => turn(),
  });
  expect(await work).toBe(10);
  // From 8189 down by halves.
  expect(done().slice(-6)).toEqual([
    'create 4',
    'written 4',
    'create 4',
    'written 4',
    'create 2',
    'written 2',
  ]);
});

it('sends nothing more once one is refused, what is done with it fails, or it is told to stop', async () => {
  const failure = new Error('not read back');
  const stopped = new AbortController();
  const page = chained(ledgerScope(), batchLimit, [0, 0]);
  const [refused, failed, ended] = [
    writing([...page, ...page], { create: (rows) => created(rows, 'exceeds_credits') }),
    writing([...page, ...page], { written: () => Promise.reject(failure) }),
    writing([...page, ...page], {
      signal: stopped.signal,
      written: () => {
        stopped.abort(failure);
        return Promise.resolve();
      },
    }),
  ];
  await expect(refused.work).rejects.toMatchObject({ facts: { result: 'exceeds_credits' } });
  await expect(failed.work).rejects.toBe(failure);
  await expect(ended.work).rejects.toBe(failure);
  expect(refused.done()).toEqual([`create ${batchLimit}`]);
  expect(failed.done()).toEqual([`create ${batchLimit}`]);
  expect(ended.done()).toEqual([`create ${batchLimit}`, `written ${batchLimit}`]);
});

it('is refused as well where only the others of a chain are answered for', async () => {
  const { work } = writing(chained(ledgerScope(), 2, [0, 2]), {
    create: (rows) => created(rows, 'linked_event_failed'),
  });
  await expect(work).rejects.toMatchObject({ facts: { result: 'linked_event_failed' } });
});

it('lets no failure go unheard or unhandled that comes while the next batch is read', async () => {
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => {
    unhandled.push(error);
  };
  process.on('unhandledRejection', hear);
  const failure = new Error('the ledger is away');
  const { work } = writing(chained(ledgerScope(), batchLimit + 1, [0, 0]), {
    create: () => Promise.reject(failure),
    // The second is still under way when the first batch has failed.
    read: async (number) => {
      for (let turns = 0; number === 2 && turns < 3; turns += 1) await turn();
    },
  });
  await expect(work).rejects.toBe(failure);
  process.off('unhandledRejection', hear);
  expect(unhandled).toEqual([]);
});

it('gives up where the ledger does not even take one', async () => {
  const { work, done } = writing(chained(ledgerScope(), 2, [0, 0]), { create: tooMany(0) });
  await expect(work).rejects.toMatchObject({ code: 'invalid-request' });
  expect(done().at(-1)).toBe('create 1');
});
