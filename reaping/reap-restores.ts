import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { errorText } from '../errors/coded-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { RestoreEventOf } from '../model/restore-event.ts';
import type { RestoreOrder } from '../model/restore-order.ts';
import type { EventStream } from '../stores/events/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import type { OpenRestore, Restores } from '../stores/restores/port.ts';

export interface RestoreReaperDeps {
  readonly restores: Pick<Restores, 'open' | 'close'>;
  readonly metadata: Pick<MetadataStore, 'openRecoveries'>;
  readonly events: Pick<EventStream, 'append'>;
  /** Brings metadata up to the end of the stream. */
  readonly drain: () => Promise<void>;
  readonly workers: { alive(): Promise<boolean> };
  readonly deliveries: {
    alive(order: RestoreOrder): Promise<boolean>;
    redeliver(order: RestoreOrder): Promise<void>;
  };
  readonly clock: Clock;
  readonly log: Log;
  /** How long a queued restore may wait for any restore worker to be there, ms. */
  readonly workerGraceMs: number;
  /** How long one must be recorded as open and not be under way before it is ended, ms. */
  readonly recordGraceMs: number;
}

interface Ended {
  readonly code: ErrorCode;
  readonly message: string;
  readonly startTime: string | null;
  readonly worker: string | null;
}

/**
 * Ends restores that their worker can no longer end, so that none is running for ever. For the leader alone, again and
 * again.
 */
export function createRestoreReaper(deps: RestoreReaperDeps): { reap(): Promise<number> } {
  const { restores, clock, log } = deps;
  const lostSince = new Map<string, number>();

  async function endSilent({ order, state, startTime, worker, alive }: OpenRestore): Promise<boolean> {
    if (state === 'running') {
      if (alive) return false;
      const message = `its worker ${worker ?? ''} is silent: it died, or lost Redis; the target is absent, or complete when the worker lives on`;
      return restores.close(failed(order, { code: 'worker-died', message, startTime, worker }, clock));
    }
    const waited = clock.now() - Date.parse(order.requestedAt);
    if (waited >= deps.workerGraceMs && !(await deps.workers.alive())) {
      const message = 'no restore worker has been alive to begin it: start one';
      return restores.close(failed(order, { code: 'no-worker', message, startTime, worker }, clock));
    }
    if (waited >= deps.recordGraceMs && !(await deps.deliveries.alive(order))) {
      await deps.deliveries.redeliver(order);
    }
    return false;
  }

  /** Redis has lost those that metadata alone knows; a worker that is at one notices, and stops. */
  async function endLost(under: ReadonlySet<string>): Promise<number> {
    await deps.drain();
    const lost = (await deps.metadata.openRecoveries()).filter(({ order }) => !under.has(order.restoreId));
    const known = new Set(lost.map(({ order }) => order.restoreId));
    for (const id of lostSince.keys()) if (!known.has(id)) lostSince.delete(id);
    let ended = 0;
    for (const { order, record } of lost) {
      const since = lostSince.get(order.restoreId) ?? clock.now();
      lostSince.set(order.restoreId, since);
      if (clock.now() - since < deps.recordGraceMs) continue;
      const { startTime, worker } = record;
      const message = 'Redis lost it; ask for it again where the target is absent';
      await deps.events.append(failed(order, { code: 'lock-lost', message, startTime, worker }, clock));
      lostSince.delete(order.restoreId);
      ended += 1;
    }
    return ended;
  }

  return {
    async reap() {
      let ended = 0;
      const open = await restores.open();
      for (const one of open) {
        try {
          if (await endSilent(one)) ended += 1;
        } catch (error) {
          log.warn({ restoreId: one.order.restoreId, error: errorText(error) }, 'left for the next look');
        }
      }
      ended += await endLost(new Set(open.map(({ order }) => order.restoreId)));
      if (ended > 0) log.warn({ ended }, 'restores were ended whose worker no longer could');
      return ended;
    },
  };
}

function failed(
  restore: RestoreOrder,
  { code, message, startTime, worker }: Ended,
  clock: Clock,
): RestoreEventOf<'restore-failed'> {
  const at = new Date(clock.now()).toISOString();
  return { kind: 'restore-failed', at, restore, startTime, endTime: at, worker, error: { code, message } };
}
