import { systemClock } from '../../engine/clock.ts';
import type { Log } from '../../engine/log.ts';
import type { Runner } from '../../engine/start-routes.ts';
import { backupRestores } from '../../queues/backup-restores.ts';
import { createRestoreReaper } from '../../reaping/reap-restores.ts';
import { defaultGraces } from '../../reaping/reaper.ts';
import type { Recorder } from '../../recording/recorder.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import type { State } from './state.ts';

/** What ends restores whose worker died, over the stores of a control plane. */
export function restoreReaper(parts: {
  readonly state: State;
  readonly metadata: MetadataStore;
  readonly recorder: Recorder;
  readonly runner: () => Runner;
  readonly log: Log;
}) {
  const { state, metadata, recorder, runner, log } = parts;
  const { workerGraceMs, recordGraceMs } = defaultGraces;
  return createRestoreReaper({
    ...{ restores: state.restores, metadata, events: state.events, clock: systemClock, log },
    drain: () => recorder.drain(),
    workers: {
      alive: async () =>
        (await state.heartbeats.readHeartbeats()).some((worker) => worker.type === 'restore'),
    },
    deliveries: {
      alive: ({ restoreId }) => runner().pending(backupRestores, restoreId),
      redeliver: (order) => runner().send(backupRestores, order, { again: true }),
    },
    ...{ workerGraceMs, recordGraceMs },
  });
}
