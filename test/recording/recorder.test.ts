import { afterEach, describe, expect, it } from '@jest/globals';
import { type Recorder, type RecorderOptions, startRecorder } from '../../recording/recorder.ts';
import { createMemoryEventStream } from '../../stores/events/memory.ts';
import type { EventStream } from '../../stores/events/port.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import { completed, requested, started, testId, testOrder } from '../support/backup-events.ts';
import { recordingLog } from '../support/recording-log.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { until } from '../support/until.ts';

describe('the recorder', () => {
  const running: Recorder[] = [];
  const opened: MetadataStore[] = [];
  const clock = new SettableClock();
  const { log, lines } = recordingLog();
  afterEach(async () => {
    await Promise.all(running.splice(0).map((recorder) => recorder.stop()));
    await Promise.all(opened.splice(0).map((metadata) => metadata.close()));
  });

  async function record(stream: EventStream, options: Partial<RecorderOptions> = {}) {
    const metadata = await openDuckdbMetadata({ path: ':memory:', log });
    opened.push(metadata);
    const recorder = startRecorder({
      stream,
      metadata,
      clock,
      log,
      onStreamLost: () => Promise.resolve(),
      waitMs: 50,
      ...options,
    });
    running.push(recorder);
    return { recorder, metadata: options.metadata ?? metadata };
  }

  it('applies all that was appended before a drain, in batches', async () => {
    const stream = createMemoryEventStream();
    for (let n = 0; n < 25; n += 1) await stream.append(completed(testOrder(n)));
    const { recorder, metadata } = await record(stream, { batch: 10 });
    await recorder.drain();
    expect(await metadata.completedIds()).toHaveProperty('size', 25);
    expect(await metadata.cursor()).toBe(await stream.newest());
    expect(recorder.upToDateAt()).toBe(clock.now());
  });

  it('follows the stream without being asked', async () => {
    const stream = createMemoryEventStream();
    const { metadata } = await record(stream);
    await stream.append(started(testOrder(1)));
    await until('the event is recorded', () => metadata.get(testId(1)));
  });

  it('drains at once while it waits for news', async () => {
    const stream = createMemoryEventStream();
    const { recorder, metadata } = await record(stream, { waitMs: 800 });
    await recorder.drain();
    await stream.append(started(testOrder(1)));
    await recorder.drain();
    expect(await metadata.get(testId(1))).toMatchObject({ status: 'running' });
  });

  it('starts over when the stream was lost, keeps what it knew, and says so until it was heard', async () => {
    let stream = createMemoryEventStream();
    await stream.append(completed(testOrder(1)));
    await stream.append(completed(testOrder(2)));
    let calls = 0;
    const whole: EventStream = {
      append: (event) => stream.append(event),
      read: (options) => stream.read(options),
      newest: () => stream.newest(),
      has: (cursor) => stream.has(cursor),
      trim: (before) => stream.trim(before),
      note: (reader, text) => stream.note(reader, text),
      noted: (reader) => stream.noted(reader),
    };
    const { recorder, metadata } = await record(whole, {
      pause: () => Promise.resolve(),
      onStreamLost: () => {
        calls += 1;
        return calls < 3 ? Promise.reject(new Error('the store is away')) : Promise.resolve();
      },
    });
    await recorder.drain();
    stream = createMemoryEventStream();
    await stream.append(requested(testOrder(3)));
    await recorder.drain();
    expect(await metadata.get(testId(3))).toMatchObject({ status: 'queued' });
    expect(await metadata.completedIds()).toEqual(new Set([testId(1), testId(2)]));
    expect(lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ reason: 'stream-lost' }) }),
    );
    await until('the loss was handled at the third try', () => calls === 3);
  });

  it('notices a stream that is lost and empty', async () => {
    let lost = false;
    const stream = createMemoryEventStream();
    await stream.append(completed(testOrder(1)));
    let has = true;
    const { recorder, metadata } = await record(
      { ...stream, has: () => Promise.resolve(has) },
      { onStreamLost: () => Promise.resolve(void (lost = true)) },
    );
    await recorder.drain();
    has = false;
    await stream.trim('9');
    await until('it was noticed', () => lost);
    expect(await metadata.cursor()).toBeUndefined();
  });

  it('backs off while the stream fails, and goes on by itself', async () => {
    const stream = createMemoryEventStream();
    await stream.append(completed(testOrder(1)));
    const pauses: number[] = [];
    let failing = 6;
    const { metadata } = await record(
      {
        ...stream,
        read: (options) =>
          failing-- > 0 ? Promise.reject(new Error('connection refused')) : stream.read(options),
      },
      { pause: (ms) => Promise.resolve(void pauses.push(ms)) },
    );
    await until('it recorded', () => metadata.get(testId(1)));
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000]);
  });

  it('applies a batch again whose application failed, and says since when that goes on', async () => {
    const stream = createMemoryEventStream();
    await stream.append(completed(testOrder(1)));
    const inner = await openDuckdbMetadata({ path: ':memory:', log });
    opened.push(inner);
    let working = false;
    const { recorder, metadata } = await record(stream, {
      pause: () => new Promise(setImmediate),
      metadata: {
        ...inner,
        apply: (events) => (working ? inner.apply(events) : Promise.reject(new Error('no space left'))),
      },
    });
    expect(recorder.failingSince()).toBeNull();
    const since = clock.now();
    await expect(recorder.drain()).rejects.toThrow('no space left');
    clock.tick(1000);
    expect(recorder.failingSince()).toBe(since);
    working = true;
    await recorder.drain();
    expect(await metadata.get(testId(1))).toBeDefined();
    expect(recorder.failingSince()).toBeNull();
  });

  it('stops while the stream does not answer, and refuses to drain afterwards', async () => {
    const stream = createMemoryEventStream();
    const never = new Promise<never>(() => undefined);
    const { recorder } = await record({ ...stream, read: () => never });
    const drained = recorder.drain();
    await Promise.all([
      recorder.stop(),
      expect(drained).rejects.toMatchObject({ code: 'store-unavailable' }),
    ]);
    await expect(recorder.drain()).rejects.toMatchObject({ code: 'store-unavailable' });
  });
});
