import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../engine/clock.ts';
import type { BackupEvent } from '../../model/backup-event.ts';
import { transfersOf } from '../../recording/event-transfers.ts';
import { createRedisEventStream } from '../../stores/events/redis.ts';
import { batchLimit } from '../../stores/ledger/port.ts';
import { createRedisLedger } from '../../stores/ledger/redis.ts';
import { connectRedis } from '../../stores/redis-connection.ts';
import { completed, failed, requested, started, testOrder } from '../support/backup-events.ts';
import { testRedis } from '../support/redis.ts';

const { redis, url, prefix } = testRedis();
const blocking = connectRedis(url, { blocking: true });
const stream = createRedisEventStream({ redis, reader: blocking, prefix });
const ledger = createRedisLedger({ redis, prefix, clock: systemClock });
const number = 12;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => blocking.quit());

/** A recorder in a process of its own; killed with -9 when it is about to write its nth batch, if it comes to that. */
async function record(killAt = Infinity): Promise<{ readonly batches: number; readonly exit: unknown }> {
  const script = resolve(import.meta.dirname, '../support/record-until-killed.js');
  const child = spawn(process.execPath, [script, url, prefix, String(number)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const exit = once(child, 'exit');
  let batches = 0;
  child.stdout.on('data', (dots: Buffer) => {
    batches += dots.length;
    if (batches >= killAt) child.kill('SIGKILL');
  });
  const [code] = (await exit) as [number | null];
  return { batches, exit: code };
}

/** 40 backups at a time, interleaved, some of which fail and are tried again. */
function events(): BackupEvent[] {
  const stages: BackupEvent[][] = [[], [], [], [], []];
  for (let n = 0; n < 40; n += 1) {
    const [order, again] = [testOrder(n), testOrder(n, { attempt: 2 })];
    const ends = n % 4 === 0 ? [failed(order), started(again), completed(again)] : [completed(order)];
    [requested(order), started(order), ...ends].forEach((event, stage) => stages[stage]?.push(event));
  }
  return stages.flat();
}

describe('the ledger whose recorder is killed with -9', () => {
  it('has a transfer of every event, once and in order, when others have gone on', async () => {
    const all = events();
    for (const event of all) await stream.append(event);
    const wanted = [...new Set(all.flatMap((event) => transfersOf(event, number).map(({ id }) => id)))];
    expect(await record(2)).toMatchObject({ exit: null });
    expect(await record(3)).toMatchObject({ exit: null });
    const last = await record();
    expect(last.exit).toBe(0);
    // It went on, and did not begin again.
    expect(last.batches).toBeLessThan(Math.ceil(all.length / 20));
    const found = await ledger.queryTransfers({ limit: batchLimit });
    expect(found.map(({ id }) => id)).toEqual(wanted);
  }, 30_000);
});
