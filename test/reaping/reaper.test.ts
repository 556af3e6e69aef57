import { beforeEach, describe, expect, it } from '@jest/globals';
import { CodedError } from '../../errors/coded-error.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { manifestPath } from '../../model/manifest.ts';
import { createReaper, defaultGraces, type Reaper } from '../../reaping/reaper.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import { runBackup } from '../../workers/run-backup.ts';
import { allEvents, eventKinds } from '../contracts/exclusion-under-test.ts';
import { lifecycle, type Lifecycle } from '../support/lifecycle.ts';
import { anOrder, aScheduledOrder } from '../support/orders.ts';
import { plainCatalog } from '../support/plain-frame.ts';
import { recordingLog } from '../support/recording-log.ts';
import { scratchFolders } from '../support/scratch.ts';
import { takeSmallObject } from '../support/test-taker.ts';

const scratch = scratchFolders();
const never = new AbortController().signal;

describe('the reaper', () => {
  let world: Lifecycle;
  let open: Awaited<ReturnType<MetadataStore['open']>>;
  let alive: boolean;
  let workerAlive: boolean;
  let redelivered: BackupOrder[];
  let reaper: Reaper;

  beforeEach(async () => {
    world = await lifecycle(scratch);
    open = [];
    alive = true;
    workerAlive = true;
    redelivered = [];
    reaper = reaperOf();
  });

  function reaperOf(changes: Partial<Parameters<typeof createReaper>[0]> = {}): Reaper {
    return createReaper({
      ...world,
      metadata: { open: () => Promise.resolve(open) },
      drain: () => Promise.resolve(),
      catalog: plainCatalog(world.objects),
      deliveries: {
        alive: () => Promise.resolve(alive),
        redeliver(order) {
          redelivered.push(order);
          return Promise.resolve();
        },
      },
      workers: { alive: () => Promise.resolve(workerAlive) },
      log: recordingLog().log,
      ...defaultGraces,
      ...changes,
    });
  }

  /** A backup that was begun by a worker which then died. */
  async function died(): Promise<BackupOrder> {
    const order = await world.admitted();
    const begun = await world.exclusion.begin(order, 'gone:1');
    expect(begun.outcome).toBe('begun');
    return order;
  }

  /** As metadata knows it, without its being admitted. */
  function recorded(order: BackupOrder, status: 'queued' | 'running') {
    const running = { startTime: '2026-01-01T00:00:00.000Z', fencingToken: 7, worker: 'gone:1' };
    const none = { startTime: null, fencingToken: null, worker: null };
    const record = { status, ...(status === 'running' ? running : none) };
    open = [{ record: record as (typeof open)[number]['record'], order }];
  }

  it('leaves a backup alone whose worker lives', async () => {
    await died();
    world.clock.tick(14_999);
    expect(await reaper.reap()).toBe(0);
    expect(await world.exclusion.admissions()).toHaveLength(1);
  });

  it('closes a backup as failed whose worker died, and frees its type', async () => {
    const order = await died();
    world.clock.tick(15_000);
    expect(await reaper.reap()).toBe(1);
    expect((await allEvents(world.events)).at(-1)).toMatchObject({
      kind: 'failed',
      order,
      error: { code: 'worker-died' },
      worker: 'gone:1',
      interrupted: false,
    });
    expect(await reaper.reap()).toBe(0);
    await world.admitted();
  });

  it('completes a backup from its manifest when the worker died before it could tell', async () => {
    const order = await world.admitted();
    const deaf = { ...world.exclusion, finish: () => Promise.reject(new Error('killed')) };
    const running = runBackup(order, never, world.frameFor(takeSmallObject, { exclusion: deaf }));
    await expect(running).rejects.toThrow('killed');
    world.clock.tick(15_000);
    expect(await reaper.reap()).toBe(1);
    expect((await allEvents(world.events)).at(-1)).toMatchObject({ kind: 'completed', order, objects: 1 });
  });

  it('closes a backup as failed whose manifest is damaged, and says so', async () => {
    const order = await died();
    await world.objects.put(manifestPath('duckdb', order.backupId), Buffer.from('rubbish'));
    world.clock.tick(15_000);
    expect(await reaper.reap()).toBe(1);
    expect((await allEvents(world.events)).at(-1)).toMatchObject({ error: { code: 'object-damaged' } });
  });

  it('waits while the store cannot say whether there is a manifest', async () => {
    await died();
    world.clock.tick(15_000);
    let reachable = false;
    const stored = plainCatalog(world.objects);
    const refused = new CodedError('store-unavailable', 'connection refused');
    const catalog: Pick<ReturnType<typeof plainCatalog>, 'read'> = {
      read: (type, backupId) => (reachable ? stored.read(type, backupId) : Promise.reject(refused)),
    };
    reaper = reaperOf({ catalog });
    expect(await reaper.reap()).toBe(0);
    reachable = true;
    expect(await reaper.reap()).toBe(1);
  });

  it('delivers a message again that got lost on its way to a worker', async () => {
    const order = await world.admitted();
    alive = false;
    world.clock.tick(29_999);
    expect(await reaper.reap()).toBe(0);
    world.clock.tick(1);
    expect(await reaper.reap()).toBe(1);
    expect(await reaper.reap()).toBe(0);
    expect(redelivered).toEqual([order]);
  });

  it('leaves a message alone that waits for a worker, however long', async () => {
    await world.admitted();
    world.clock.tick(3_600_000);
    expect(await reaper.reap()).toBe(0);
  });

  it('ends a backup that waits for a worker of a type that has none, so that others may run', async () => {
    await world.admitted();
    workerAlive = false;
    world.clock.tick(defaultGraces.workerGraceMs - 1);
    expect(await reaper.reap()).toBe(0);
    world.clock.tick(1);
    expect(await reaper.reap()).toBe(1);
    expect((await allEvents(world.events)).at(-1)).toMatchObject({
      kind: 'failed',
      error: { code: 'no-worker' },
    });
  });

  it('gives up a backup whose message is lost again and again', async () => {
    await world.admitted();
    alive = false;
    for (let delivery = 1; delivery <= 4; delivery += 1) {
      world.clock.tick(30_000);
      expect(await reaper.reap()).toBe(1);
    }
    expect(redelivered).toHaveLength(3);
    expect((await allEvents(world.events)).at(-1)).toMatchObject({ kind: 'failed', startTime: null });
    expect(await world.exclusion.admissions()).toEqual([]);
  });

  it('closes a backup that Redis lost while it ran, not before it was seen so twice', async () => {
    const order = anOrder('duckdb-full');
    recorded(order, 'running');
    expect(await reaper.reap()).toBe(0);
    world.clock.tick(10_000);
    expect(await reaper.reap()).toBe(1);
    expect(await allEvents(world.events)).toMatchObject([
      { kind: 'failed', order, error: { code: 'lock-lost' }, worker: 'gone:1', fencingToken: 7 },
    ]);
  });

  it('completes a backup that Redis lost after its manifest was written', async () => {
    const order = anOrder('duckdb-full');
    const attempt = { order, startTime: order.requestedAt, worker: 'gone:1', fencingToken: 7 };
    const none = { parent: null, compression: '', note: null, objects: [], source: {}, details: null };
    const taken = { scope: 'full', snapshotAt: order.requestedAt, ...none } as const;
    await world.frameFor(takeSmallObject).writeManifest(taken, attempt);
    recorded(order, 'running');
    await reaper.reap();
    world.clock.tick(10_000);
    expect(await reaper.reap()).toBe(1);
    expect(await eventKinds(world.events)).toEqual(['duckdb.1.completed']);
  });

  it('admits a request again that Redis lost, and delivers it', async () => {
    const order = anOrder('duckdb-full');
    recorded(order, 'queued');
    await reaper.reap();
    world.clock.tick(10_000);
    expect(await reaper.reap()).toBe(1);
    expect(await world.exclusion.admissions()).toMatchObject([{ order, state: 'dispatched' }]);
    expect(redelivered).toEqual([order]);
    expect(await reaper.reap()).toBe(0);
  });

  it('hands a scheduled backup that Redis lost before it began back to the plan, to run at once', async () => {
    const order = aScheduledOrder('duckdb-full');
    recorded(order, 'queued');
    await reaper.reap();
    world.clock.tick(10_000);
    expect(await reaper.reap()).toBe(1);
    expect(await allEvents(world.events)).toMatchObject([{ kind: 'failed', order, interrupted: true }]);
  });

  it('takes no backup for lost that was admitted between its two looks', async () => {
    const order = await world.admitted();
    recorded(order, 'queued');
    world.clock.tick(10_000);
    expect(await reaper.reap()).toBe(0);
    expect(await eventKinds(world.events)).toEqual(['duckdb.1.requested']);
  });

  it('brings metadata up to date after it has read the admissions, so that an end in between is no loss', async () => {
    const order = await died();
    const steps: string[] = [];
    reaper = reaperOf({
      exclusion: {
        ...world.exclusion,
        admissions() {
          steps.push('admissions');
          return world.exclusion.admissions();
        },
      },
      drain() {
        steps.push('drain');
        return Promise.resolve();
      },
      metadata: {
        open() {
          steps.push('open');
          return Promise.resolve([]);
        },
      },
    });
    await Promise.all([reaper.reap(), reaper.reap()]);
    expect(steps).toEqual(['admissions', 'drain', 'open']);
    expect(await world.exclusion.admissions()).toMatchObject([{ order }]);
  });
});
