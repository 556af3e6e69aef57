import type { Log } from '../../engine/log.ts';
import { type Runner, type RunnerOptions, startRoutes } from '../../engine/start-routes.ts';
import type { LeaderWork } from '../../leadership/duties.ts';
import { createArchiver } from '../../recording/archiver.ts';
import { reconcile } from '../../recording/reconcile.ts';
import { sweepLeftovers } from '../../reaping/sweep-leftovers.ts';
import type { LedgerRecorder } from '../../recording/ledger-recorder.ts';
import type { Recorder } from '../../recording/recorder.ts';
import { leaderRoutes } from '../../routes/all-routes.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import type { ControlPlaneDeps } from './control-plane-deps.ts';
import type { State } from './state.ts';

const stopWithinMs = 3_000;

/** What the leader does, over the stores of its control plane. */
export function leaderWork(parts: {
  readonly state: State;
  readonly metadata: MetadataStore;
  readonly recorder: Recorder;
  readonly ledgerRecorder: LedgerRecorder;
  readonly deps: ControlPlaneDeps;
  readonly runner: Runner;
  readonly runnerOptions: RunnerOptions;
  readonly log: Log;
}): LeaderWork {
  const { state, metadata, recorder, ledgerRecorder, deps, runnerOptions, log } = parts;
  const { catalog, exclusion, vault } = state;
  const archiver = createArchiver({
    ...{ stream: state.events, objects: vault.store, keys: vault.keys, clock: runnerOptions.clock, log },
  });
  const requestCheck = (): Promise<void> => deps.checks.requestAt(runnerOptions.clock.now());
  let leading: Runner | undefined;

  async function stopParts(): Promise<void> {
    await leading?.stop(stopWithinMs);
    leading = undefined;
  }
  return {
    async reconcile() {
      await recorder.drain();
      await reconcile({ catalog, objects: vault.store, metadata, exclusion, log });
    },
    async startParts() {
      await stopParts();
      leading = await startRoutes(leaderRoutes, deps, runnerOptions);
      await requestCheck();
    },
    stopParts,
    reap: () => deps.reaper.reap(),
    reapRestores: () => deps.restoreReaper.reap(),
    requestCheck,
    recordingFails: () => recorder.failingSince() !== null,
    archive: () => archiver.archive(),
    sweep: (signal) =>
      sweepLeftovers(
        { objects: vault.store, catalog, exclusion, metadata, clock: runnerOptions.clock, log },
        signal,
      ),
    recordInLedger: (signal) => ledgerRecorder.record(signal),
    trim: () => archiver.trim([ledgerRecorder.position()]),
  };
}
