import { expect } from '@jest/globals';
import type { BackupTaker } from '../../backups/backup-taker.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { createMemoryEventStream } from '../../stores/events/memory.ts';
import { createMemoryExclusion } from '../../stores/exclusion/memory.ts';
import type { Exclusion } from '../../stores/exclusion/port.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import type { AttemptLimits, BackupFrame } from '../../workers/backup-frame.ts';
import { anOrder } from './orders.ts';
import { plainFrame } from './plain-frame.ts';
import { recordingLog } from './recording-log.ts';
import { SettableClock } from './settable-clock.ts';
import { aTaker } from './test-taker.ts';
import { until } from './until.ts';

type FrameChanges = Partial<Omit<BackupFrame, 'limits' | 'objects'>> & {
  readonly limits?: Partial<AttemptLimits>;
};

/** A worker's surroundings in one process: time stands still until it is ticked, objects are real files. */
export async function lifecycle(scratch: () => Promise<string>) {
  const clock = new SettableClock();
  const events = createMemoryEventStream();
  const bare = createMemoryExclusion({ events, lockScope: 'global', lockDurationMs: 15_000, clock });
  let renewals = 0;
  const exclusion: Exclusion = {
    ...bare,
    renew(holding, bytes) {
      renewals += 1;
      return bare.renew(holding, bytes);
    },
  };
  const objects = await createFolderStore(await scratch());
  const scratchRoot = await scratch();
  const { log } = recordingLog();
  return {
    clock,
    events,
    exclusion,
    objects,
    scratchRoot,
    frameFor(take: BackupTaker['take'], changes: FrameChanges = {}): BackupFrame {
      const { limits, ...others } = changes;
      const short = { renewEveryMs: 5, endWithinMs: 30, ...limits };
      const basis = { taker: aTaker(take), exclusion, objects, scratchRoot, clock, log };
      return plainFrame({ ...basis, ...others, limits: short });
    },
    /** Resolves when the watch over a running backup has looked at it once more. */
    async watched(): Promise<void> {
      const before = renewals;
      clock.tick(5);
      await until('the watch has looked', () => renewals > before);
    },
    async admitted(changes: Partial<BackupOrder> = {}): Promise<BackupOrder> {
      const order = anOrder('duckdb-full', changes);
      expect(await exclusion.admit(order, {})).toEqual({ outcome: 'dispatched' });
      return order;
    },
    async stored(): Promise<string[]> {
      const keys: string[] = [];
      for await (const { key } of objects.list('')) keys.push(key);
      return keys;
    },
  };
}
export type Lifecycle = Awaited<ReturnType<typeof lifecycle>>;
