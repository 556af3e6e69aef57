import type { Configuration } from '../../config/configuration.ts';
import { readSchedules } from '../../config/read-schedules.ts';
import { readVerifications } from '../../config/read-verifications.ts';
import { systemClock } from '../../engine/clock.ts';
import type { Log } from '../../engine/log.ts';
import type { Runner } from '../../engine/start-routes.ts';
import { createDeliveries } from '../../queues/deliveries.ts';
import { restorePlanner } from '../restoring/restore-planner.ts';
import { checkAt, scheduleChecks } from '../../queues/schedule-checks.ts';
import { createReaper, defaultGraces } from '../../reaping/reaper.ts';
import type { Recorder } from '../../recording/recorder.ts';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import { compileVerifications } from '../../scheduling/compile-verifications.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import { configuredTypes } from './configured-types.ts';
import { restoreReaper } from './restore-reaper.ts';
import type { State } from './state.ts';
import { standingVerifications } from './standing-verifications.ts';
import { openTenantKeys } from './tenant-keys.ts';

interface Parts {
  readonly state: State;
  readonly metadata: MetadataStore;
  readonly recorder: Recorder;
  readonly leadership: { token(): string | undefined };
  /** Asked when something is sent, which is after all has started. */
  readonly runner: () => Runner;
  readonly log: Log;
}

/** Everything that the processors of a control plane need. Throws `configuration-invalid` for schedules that cannot be. */
export async function controlPlaneDeps(configuration: Configuration, parts: Parts) {
  const { state, metadata, recorder, leadership, runner, log } = parts;
  const { exclusion, events, catalog, vault } = state;
  const clock = systemClock;
  const tenantKeys = await openTenantKeys(configuration);
  const deliveries = createDeliveries({
    pending: (queue, jobId) => runner().pending(queue, jobId),
    send: (queue, body, options) => runner().send(queue, body, options),
  });
  const drain = (): Promise<void> => recorder.drain();
  return {
    ...{ clock, exclusion, events, metadata, recorder, leadership, log },
    schedules: {
      enabled: configuration.schedule.enabled,
      compiled: compileSchedules(readSchedules(configuration.schedules, configuration.schedule.tick)),
    },
    verificationSchedules: compileVerifications(readVerifications(configuration.verifications)),
    standingVerifications: standingVerifications(state.readLeases, runner),
    restores: state.restores,
    restorePlanner: restorePlanner(configuration, { vault, catalog }, metadata),
    restoreReaper: restoreReaper({ state, metadata, recorder, runner, log }),
    configuredTypes: configuredTypes(configuration),
    lockScope: configuration.exclusion.scope,
    tenants: {
      has: async (id: string) => (await tenantKeys?.tenants())?.includes(id.toLowerCase()) ?? false,
    },
    checks: {
      async requestAt(at: number) {
        const now = clock.now();
        const check = { at: new Date(now).toISOString(), reason: 'something becomes due' };
        await runner().send(scheduleChecks, check, checkAt(at, now));
      },
    },
    reaper: createReaper({
      ...{ exclusion, events, metadata, drain, deliveries, clock, log, catalog },
      objects: vault.store,
      workers: {
        alive: async (type) =>
          (await state.heartbeats.readHeartbeats()).some((worker) => worker.type === type),
      },
      ...defaultGraces,
    }),
  };
}
export type ControlPlaneDeps = Awaited<ReturnType<typeof controlPlaneDeps>>;
