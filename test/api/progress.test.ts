import { describe, expect, it } from '@jest/globals';
import { type ReceivedEvent, serverSentEvents } from '../../cli/server-sent-events.ts';
import type { Admission } from '../../stores/exclusion/port.ts';
import type { BackupRecord } from '../../stores/metadata/port.ts';
import { healthyFacts, testApis } from '../support/api.ts';
import { sampleAdmission, sampleRecord } from '../support/backups.ts';

const serve = testApis();
const path = `/api/backups/${sampleRecord().id}/progress`;
const at = Date.parse('2026-01-01T00:00:05.000Z');

/** A backup that a test moves along. */
function moving() {
  let admission: (Admission & { held: boolean }) | undefined;
  let record: BackupRecord | undefined;
  return {
    deps: {
      exclusion: { admissions: () => Promise.resolve(admission === undefined ? [] : [admission]) },
      metadata: { get: () => Promise.resolve(record), events: () => Promise.resolve([]) },
    },
    admitted(over: Partial<Admission> | undefined) {
      admission = over && sampleAdmission(over);
    },
    recorded(over: Partial<BackupRecord>) {
      record = sampleRecord(over);
    },
  };
}

async function allOf(response: Response): Promise<readonly ReceivedEvent[]> {
  const all: ReceivedEvent[] = [];
  for await (const event of serverSentEvents(response)) all.push(event);
  return all;
}

describe('GET /api/backups/:id/progress', () => {
  it('tells each change once, then the end, and closes', async () => {
    const backup = moving();
    backup.admitted({ state: 'dispatched', startTime: null });
    const api = await serve(backup.deps);
    const response = await api.get(path);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const seen: unknown[] = [];
    for await (const { event, data } of serverSentEvents(response)) {
      seen.push([event, data['state'] ?? data['status'], data['bytes']]);
      if (seen.length === 1) backup.admitted({});
      if (seen.length === 2) backup.admitted({ progress: { bytes: 10, at } });
      if (seen.length === 3) {
        backup.admitted(undefined);
        backup.recorded({});
      }
    }
    expect(seen).toEqual([
      ['progress', 'dispatched', null],
      ['progress', 'running', null],
      ['progress', 'running', 10],
      ['end', 'completed', undefined],
    ]);
  });

  it('waits until the end is recorded here', async () => {
    const backup = moving();
    backup.recorded({ status: 'running', endTime: null });
    let asked = 0;
    const api = await serve({
      ...backup.deps,
      metadata: {
        events: () => Promise.resolve([]),
        get: () => {
          asked += 1;
          if (asked === 5) backup.recorded({ status: 'failed' });
          return backup.deps.metadata.get();
        },
      },
    });
    const events = await allOf(await api.get(path));
    expect(events).toMatchObject([{ event: 'end', data: { status: 'failed' } }]);
  });

  it('goes on to the next attempt where a stopping worker has given one on demand back', async () => {
    const backup = moving();
    const givenBack = { status: 'failed', errorCode: 'backup-interrupted' } as const;
    let asked = 0;
    const api = await serve({
      ...backup.deps,
      metadata: {
        events: () => Promise.resolve([]),
        get: () => {
          asked += 1;
          if (asked === 5) backup.recorded({ attempt: 2 });
          return backup.deps.metadata.get();
        },
      },
    });
    backup.recorded({ ...givenBack, requestedAt: new Date(api.clock.now()).toISOString() });
    const events = await allOf(await api.get(path));
    expect(events).toMatchObject([{ event: 'end', data: { status: 'completed', attempt: 2 } }]);
    backup.recorded({ ...givenBack, schedule: 'nightly' });
    expect(await allOf(await api.get(path))).toMatchObject([{ event: 'end', data: { status: 'failed' } }]);
  });

  it('closes without an end when the backup is lost before it is recorded, and then knows of none', async () => {
    const backup = moving();
    backup.admitted({ state: 'dispatched', startTime: null });
    const api = await serve(backup.deps);
    const events = serverSentEvents(await api.get(path));
    expect(await events.next()).toMatchObject({ value: { event: 'progress' } });
    backup.admitted(undefined);
    expect(await events.next()).toMatchObject({ done: true });
    expect((await api.get(path)).status).toBe(404);
  });

  it('waits for one that may not be recorded yet, since recording is behind', async () => {
    const backup = moving();
    backup.admitted({ state: 'dispatched', startTime: null });
    let looks = 0;
    const api = await serve({
      ...backup.deps,
      health: {
        facts() {
          looks += 1;
          if (looks === 100) backup.recorded({});
          return Promise.resolve(healthyFacts(Date.now(), 60_000));
        },
      },
    });
    const events = serverSentEvents(await api.get(path));
    await events.next();
    backup.admitted(undefined);
    expect(await events.next()).toMatchObject({ value: { event: 'end' } });
  });

  it('tells a client that comes back only what is new, and 204 when it has seen the end', async () => {
    const backup = moving();
    backup.recorded({});
    const api = await serve(backup.deps);
    const [end] = await allOf(await api.get(path));
    const authorization = `Bearer ${api.keys.viewer}`;
    const again = await api.get(path, { headers: { authorization, 'last-event-id': end?.id ?? '' } });
    expect(again.status).toBe(204);
  });

  it('is closed when the process is to end, within its deadline', async () => {
    const backup = moving();
    backup.admitted({});
    const api = await serve(backup.deps);
    const events = serverSentEvents(await api.get(path));
    await events.next();
    const before = performance.now();
    await api.listening.close(5000);
    expect(performance.now() - before).toBeLessThan(2000);
    await expect(events.next()).resolves.toMatchObject({ done: true });
  });
});
