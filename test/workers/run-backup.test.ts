import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Later } from '../../engine/later.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { manifestPath } from '../../model/manifest.ts';
import { runBackup } from '../../workers/run-backup.ts';
import { allEvents, eventKinds } from '../contracts/exclusion-under-test.ts';
import { lifecycle, type Lifecycle } from '../support/lifecycle.ts';
import { scratchFolders } from '../support/scratch.ts';
import { aTaker, takeSmallObject } from '../support/test-taker.ts';

const scratch = scratchFolders();
const never = new AbortController().signal;

describe('a backup in its worker', () => {
  let world: Lifecycle;
  beforeEach(async () => {
    world = await lifecycle(scratch);
  });

  it('is taken, published, completed and unlocked, and leaves no scratch behind', async () => {
    const order = await world.admitted();
    let seen = '';
    let mode = 0;
    let checks = 0;
    const frame = world.frameFor(
      async (job) => {
        seen = job.scratch;
        mode = (await stat(job.scratch)).mode & 0o777;
        expect(frame.activity.now()).toMatchObject({ backupId: order.backupId, attempt: 1 });
        return takeSmallObject(job);
      },
      {
        requestCheck() {
          checks += 1;
          return Promise.resolve();
        },
      },
    );
    expect(await runBackup(order, never, frame)).toEqual({ outcome: 'completed' });
    expect(mode).toBe(0o700);
    expect(seen.startsWith(join(world.scratchRoot, 'duckdb'))).toBe(true);
    expect(await readdir(join(world.scratchRoot, 'duckdb'))).toEqual([]);
    expect(await world.exclusion.admissions()).toEqual([]);
    expect(frame.activity.now()).toBeNull();
    expect(checks).toBe(1);
    const [, started, completed] = await allEvents(world.events);
    expect(started?.kind).toBe('started');
    expect(completed).toMatchObject({
      kind: 'completed',
      order,
      objects: 1,
      plainBytes: 7,
      location: world.objects.location(manifestPath('duckdb', order.backupId)),
    });
  });

  it('is failed with the error of its taker, and the message fails too', async () => {
    const order = await world.admitted();
    const failure = new CodedError('source-unreadable', 'no such file');
    await expect(
      runBackup(
        order,
        never,
        world.frameFor(() => Promise.reject(failure)),
      ),
    ).rejects.toBe(failure);
    expect((await allEvents(world.events)).at(-1)).toMatchObject({
      kind: 'failed',
      error: { code: 'source-unreadable', message: 'no such file' },
      interrupted: false,
      worker: 'host:1',
    });
    expect(await world.exclusion.admissions()).toEqual([]);
    expect(await readdir(join(world.scratchRoot, 'duckdb'))).toEqual([]);
  });

  it('is dropped when another attempt is the admitted one', async () => {
    const order = await world.admitted({ attempt: 2 });
    const frame = world.frameFor(() => Promise.reject(new Error('must not be called')));
    expect(await runBackup({ ...order, attempt: 1 }, never, frame)).toEqual({ outcome: 'superseded' });
    expect(await world.exclusion.admissions()).toHaveLength(1);
  });

  it('comes later when the lock is busy', async () => {
    const busy = { ...world.exclusion, begin: () => Promise.resolve({ outcome: 'busy', by: 'X' } as const) };
    const frame = world.frameFor(takeSmallObject, { exclusion: busy });
    const later = await runBackup(await world.admitted(), never, frame).catch((error: unknown) => error);
    expect(later).toBeInstanceOf(Later);
    expect((later as Later).at).toBe(world.clock.now() + 5_000);
  });

  it('is not begun by a worker that stops', async () => {
    const order = await world.admitted();
    await expect(
      runBackup(order, AbortSignal.abort(), world.frameFor(takeSmallObject)),
    ).rejects.toBeInstanceOf(Later);
    expect(await eventKinds(world.events)).toEqual(['duckdb.1.requested']);
  });

  it('is completed from the manifest that another attempt has stored meanwhile, without overwriting it', async () => {
    const order = await world.admitted();
    const first = world.frameFor(takeSmallObject);
    const frame = world.frameFor(async (job) => {
      const taken = await takeSmallObject(job);
      await first.writeManifest(taken, {
        order,
        startTime: '2025-12-31T00:00:00.000Z',
        worker: 'other:1',
        fencingToken: 1,
      });
      return taken;
    });
    expect(await runBackup(order, never, frame)).toEqual({ outcome: 'completed' });
    expect((await allEvents(world.events)).at(-1)).toMatchObject({
      kind: 'completed',
      order,
      worker: 'other:1',
    });
  });

  it('is not taken again when an earlier attempt had stored its manifest', async () => {
    const order = await world.admitted({ attempt: 2 });
    const earlier = {
      order: { ...order, attempt: 1 },
      startTime: order.requestedAt,
      worker: 'other:1',
      fencingToken: 1,
    };
    const frame = world.frameFor(() => Promise.reject(new Error('must not be called')));
    const none = {
      scope: 'full',
      snapshotAt: order.requestedAt,
      parent: null,
      compression: '',
      note: null,
      objects: [],
      source: {},
      details: null,
    } as const;
    await frame.writeManifest(none, earlier);
    expect(await runBackup(order, never, frame)).toEqual({ outcome: 'completed' });
    expect((await allEvents(world.events)).at(-1)).toMatchObject({ kind: 'completed', order });
  });

  it('is completed when the store kept the manifest and lost the answer', async () => {
    const order = await world.admitted();
    const plain = world.frameFor(takeSmallObject);
    const frame = world.frameFor(takeSmallObject, {
      async writeManifest(taken, attempt) {
        await plain.writeManifest(taken, attempt);
        throw new CodedError('store-unavailable', 'connection reset');
      },
    });
    expect(await runBackup(order, never, frame)).toEqual({ outcome: 'completed' });
  });

  it('is failed when its manifest cannot be written', async () => {
    const order = await world.admitted();
    const refused = new CodedError('store-unavailable', 'connection refused');
    const frame = world.frameFor(takeSmallObject, { writeManifest: () => Promise.reject(refused) });
    await expect(runBackup(order, never, frame)).rejects.toBe(refused);
    expect((await allEvents(world.events)).at(-1)).toMatchObject({ error: { code: 'store-unavailable' } });
  });

  it('is not failed when its completion cannot be recorded: that is for the reaper', async () => {
    const order = await world.admitted();
    const deaf = { ...world.exclusion, finish: () => Promise.reject(new Error('connection refused')) };
    await expect(
      runBackup(order, never, world.frameFor(takeSmallObject, { exclusion: deaf })),
    ).rejects.toThrow('refused');
    expect(await eventKinds(world.events)).toEqual(['duckdb.1.requested', 'duckdb.1.started']);
    expect(await world.stored()).toContain(manifestPath('duckdb', order.backupId));
  });

  it('is refused before it is taken when scratch has too little space', async () => {
    const order = await world.admitted();
    const take = () => Promise.reject(new Error('must not be called'));
    const taker = { ...aTaker(take), scratchBytes: () => Promise.resolve(Number.MAX_SAFE_INTEGER) };
    await expect(runBackup(order, never, world.frameFor(take, { taker }))).rejects.toMatchObject({
      code: 'scratch-full',
    });
  });
});
