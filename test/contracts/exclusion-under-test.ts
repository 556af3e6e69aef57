import { expect } from '@jest/globals';
import type { BackupEvent } from '../../model/backup-event.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { isBackupEvent } from '../../model/recorded-event.ts';
import type { EventStream } from '../../stores/events/port.ts';
import type { Exclusion, Holding, LockScope } from '../../stores/exclusion/port.ts';

export interface ExclusionUnderTest {
  readonly exclusion: Exclusion;
  readonly events: EventStream;
  /** Makes the lock of a running backup run out, as if its worker had died. */
  expireLock(type: BackupType): Promise<void>;
  /** Makes this the token of the lease that is held; undefined: nobody holds it. */
  setLease(token: string | undefined): Promise<void>;
}

export type MakeExclusion = (lockScope: LockScope) => Promise<ExclusionUnderTest>;

export async function allEvents(events: EventStream): Promise<BackupEvent[]> {
  const read = await events.read({
    after: undefined,
    count: 1000,
    waitMs: 0,
    onInvalid(cursor, raw) {
      throw new Error(`invalid event at ${cursor}: ${raw}`);
    },
  });
  return read.map(({ event }) => event).filter(isBackupEvent);
}

/** The events so far, each as `type.attempt.kind`. */
export async function eventKinds(events: EventStream): Promise<string[]> {
  return (await allEvents(events)).map(({ kind, order }) => `${order.type}.${order.attempt}.${kind}`);
}

export async function begin(exclusion: Exclusion, order: BackupOrder): Promise<Holding> {
  const begun = await exclusion.begin(order, 'host:1');
  if (begun.outcome !== 'begun') throw new Error(`not begun: ${begun.outcome}`);
  return { order, fencingToken: begun.fencingToken };
}

/** Admits and begins. */
export async function start(exclusion: Exclusion, order: BackupOrder): Promise<Holding> {
  expect(await exclusion.admit(order, {})).toEqual({ outcome: 'dispatched' });
  return begin(exclusion, order);
}
