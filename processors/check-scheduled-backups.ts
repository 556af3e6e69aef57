import type { Clock } from '../engine/clock.ts';
import type { Tick } from '../engine/endpoint.ts';
import type { Exchange } from '../engine/exchange.ts';
import type { KindOrder } from '../model/kind-order.ts';
import { plan } from '../scheduling/plan.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import { admitPlanned } from './scheduling/admit-planned.ts';
import { promoteWaiting } from './scheduling/promote-waiting.ts';
import { readmitInterrupted } from './scheduling/readmit-interrupted.ts';
import { seeState, type StateDeps } from './scheduling/see-state.ts';

interface Deps extends StateDeps {
  readonly clock: Clock;
  readonly metadata: StateDeps['metadata'] & Pick<MetadataStore, 'open' | 'interruptedOnDemand'>;
  readonly exclusion: Pick<Exclusion, 'admissions' | 'promote' | 'admit'>;
  /** The token under which this control plane leads; undefined when it does not. */
  readonly leadership: { token(): string | undefined };
  /** Closes what has died and dispatches again what was lost; resolves with how many it dealt with. */
  readonly reaper: { reap(): Promise<number> };
  /** Asks for the next check, milliseconds since the epoch. */
  readonly checks: { requestAt(at: number): Promise<void> };
}

/**
 * What may run now: first those on demand that waited or were interrupted, then what the plan says. Each order returned
 * has been admitted.
 * Without leadership nothing is done, and nothing new while a backup that Redis has lost may still be at work: then it
 * looks again soon. Else it asks for another check at the moment at which the next slot or retry becomes due, which may be
 * before the next tick.
 */
export async function checkScheduledBackups(
  _exchange: Exchange<Tick>,
  deps: Deps,
): Promise<readonly KindOrder[]> {
  const { clock, recorder, reaper, leadership, schedules, checks } = deps;
  const leaseToken = leadership.token();
  if (leaseToken === undefined) return [];
  await recorder.drain();
  if ((await reaper.reap()) > 0) await recorder.drain();
  const promoted = await promoteWaiting(deps.exclusion);
  const now = clock.now();
  if (await lostOnesRun(deps)) {
    await checks.requestAt(now + lookAgainMs);
    return promoted;
  }
  const readmitted = await readmitInterrupted({ leaseToken, now }, deps);
  const { state, damaged } = await seeState(deps, now);
  const { decisions, wakeAt } = plan(schedules.compiled, state, now);
  const due = decisions.filter(({ action }) => action === 'run');
  const admitted = await admitPlanned(due, { leaseToken, damaged }, deps);
  if (wakeAt !== null) await checks.requestAt(wakeAt);
  return [...promoted, ...readmitted, ...admitted];
}

const lookAgainMs = 1_000;

/**
 * Whether a backup is recorded as running that is not admitted: Redis has lost it, and its worker goes on until it
 * notices. The reaper closes it soon. (One that has ended this moment looks the same once.)
 */
async function lostOnesRun({ exclusion, metadata }: Deps): Promise<boolean> {
  const open = await metadata.open();
  const running = open.filter(({ record }) => record.status === 'running');
  if (running.length === 0) return false;
  const admitted = new Set((await exclusion.admissions()).map(({ order }) => order.backupId));
  return running.some(({ order }) => !admitted.has(order.backupId));
}
