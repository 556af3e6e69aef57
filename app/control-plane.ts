import { openApiKeys } from '../api/auth/api-keys.ts';
import { backupRoutesOf } from '../api/backup-routes.ts';
import { createApi } from '../api/create-api.ts';
import { listen } from '../api/listen.ts';
import type { Configuration } from '../config/configuration.ts';
import { monotonicClock, systemClock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { startRoutes } from '../engine/start-routes.ts';
import { createLeader } from '../leadership/leader.ts';
import { backupVerifications } from '../queues/backup-verifications.ts';
import { backupLedger } from '../recording/event-transfers.ts';
import { createLedgerRecorder } from '../recording/ledger-recorder.ts';
import { startRecorder } from '../recording/recorder.ts';
import { controlPlaneRoutes } from '../routes/all-routes.ts';
import { openBoardQueues } from './wiring/board-queues.ts';
import { openAccessTokens } from './wiring/access-tokens.ts';
import { controlPlaneDeps } from './wiring/control-plane-deps.ts';
import { healthProbe } from './wiring/health-probe.ts';
import { openLedger } from './wiring/ledger.ts';
import { leaderWork } from './wiring/leader-work.ts';
import { openMetadata } from './wiring/metadata.ts';
import { configuredWorkers } from './wiring/configured-workers.ts';
import { requireSafeStore } from './wiring/require-safe-store.ts';
import { openState } from './wiring/state.ts';
import { rebuildMetadata } from '../recording/rebuild-metadata.ts';
import { leaderDuties } from '../leadership/duties.ts';
import { softwareVersion } from './software-version.ts';
import { startProcess } from './processes/start-process.ts';

/** How long requests under way may take to end when the process stops, ms. */
const closeWithinMs = 3_000;
const progressEveryMs = 500;

/** Without recording nothing can be scheduled: after this long, ms, another control plane may lead. */
const leadUnrecordedMs = 60_000;

/**
 * API, recorder and, while it holds the lease, leader. Resolves when it serves; `url` is where. Throws
 * `configuration-invalid`, `address-in-use`, `store-unavailable`, leaving nothing open.
 */
export async function startControlPlane(configuration: Configuration, log: Log) {
  return startProcess(async (opened) => {
    const state = await openState(configuration, log);
    opened.add(state.close);
    const { vault, catalog, events, lease } = state;
    await requireSafeStore(vault.store, log);
    const store = { catalog, objects: vault.store, keys: vault.keys, log };
    const metadata = await openMetadata(configuration.metadata.file, store);
    opened.add(() => metadata.close());
    const recorder = startRecorder({
      ...{ stream: events, metadata, clock: systemClock, log },
      onStreamLost: async (signal) => {
        await rebuildMetadata({ ...store, metadata, signal });
      },
    });
    opened.add(() => recorder.stop());

    const leadership = { token: (): string | undefined => leader.token() };
    const deps = await controlPlaneDeps(configuration, {
      state,
      metadata,
      recorder,
      leadership,
      runner: () => runner,
      log,
    });
    const { url, prefix } = configuration.redis;
    const runnerOptions = {
      ...{ url, prefix, clock: systemClock, log },
      timers: { 'backup-scheduler': configuration.schedule.tick },
    };
    const runner = await startRoutes(controlPlaneRoutes, deps, runnerOptions);
    opened.add(() => runner.stop(closeWithinMs));
    const ledger = await openLedger(configuration, log);
    opened.add(() => ledger.close());
    const ledgerRecorder = createLedgerRecorder({
      ...{ stream: events, ledger, ledgerNumber: backupLedger, clock: systemClock, log },
    });
    const work = leaderWork({
      ...{ state, metadata, recorder, ledgerRecorder, deps, runner, runnerOptions, log },
    });
    const leader = createLeader({
      ...{ lease, clock: monotonicClock, log, leaseMs: configuration.exclusion.leaseDuration },
      fit: () => systemClock.now() - (recorder.failingSince() ?? Infinity) < leadUnrecordedMs,
      duties: leaderDuties(work, { housekeepingMs: configuration.housekeeping.interval }),
    });
    leader.start();
    opened.add(() => leader.stop());

    const board = openBoardQueues(url, prefix, log);
    opened.add(() => board.close());
    const { host, port, keysFile, secureCookies, tokens } = configuration.api;
    const listening = await listen(
      (stopping) =>
        createApi({
          ...{ stopping, secureCookies, progressEveryMs, log, metadata, verifications: metadata },
          ...{ recoveries: metadata, restores: state.restores },
          openVerifications: { has: (id) => runner.pending(backupVerifications, id) },
          routes: backupRoutesOf(runner),
          exclusion: state.exclusion,
          heartbeats: state.heartbeats,
          health: healthProbe({
            ...{ state, recorder, chains: metadata, ledgerRecorder, leadership, ticks: board.ticks },
            tickEveryMs: configuration.schedule.tick,
            workers: configuredWorkers(configuration),
          }),
          apiKeys: openApiKeys(keysFile, systemClock),
          accessTokens: openAccessTokens(tokens),
          clock: systemClock,
          queues: board.queues,
          version: softwareVersion,
        }),
      { host, port },
    );
    opened.add(() => listening.close(closeWithinMs));
    return { url: listening.url };
  });
}
