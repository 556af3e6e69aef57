import { errorText } from '../errors/coded-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { Admission } from '../stores/exclusion/port.ts';
import { endOfLostAttempt } from './end-of-lost-attempt.ts';
import type { ReaperDeps, ReapReport } from './reaper-deps.ts';

interface Redelivered {
  readonly times: number;
  readonly at: number;
}

/** Looks at what is admitted: ends what nobody works on, delivers again what got lost on its way to a worker. */
export function createAdmissionReaper(deps: ReaperDeps) {
  const { exclusion, deliveries, clock, log } = deps;
  const redelivered = new Map<string, Redelivered>();
  const idOf = ({ order }: Admission) => `${order.backupId}.${order.attempt}`;

  async function close(
    admission: Admission,
    message: string,
    code: ErrorCode = 'worker-died',
  ): Promise<boolean> {
    const event = await endOfLostAttempt(attemptOf(admission), { code, message }, deps);
    const closed = await exclusion.close(admission.order, event);
    const { backupId, attempt } = admission.order;
    if (closed) log.warn({ backupId, attempt, as: event.kind }, `closed: ${message}`);
    return closed;
  }

  async function reapDispatched(admission: Admission): Promise<keyof ReapReport | undefined> {
    const before = redelivered.get(idOf(admission));
    const waited = clock.now() - Math.max(admission.since, before?.at ?? 0);
    if (waited < deps.deliveryGraceMs) return undefined;
    if (waited >= deps.workerGraceMs && !(await deps.workers.alive(admission.order.type))) {
      const message = `no ${admission.order.type} worker has been alive to begin it: start one`;
      return (await close(admission, message, 'no-worker')) ? 'closed' : undefined;
    }
    if (await deliveries.alive(admission.order)) return undefined;
    const times = before?.times ?? 0;
    if (times >= deps.maxRedeliveries) {
      const message = `its message was delivered ${times + 1} times, and no worker ever began it`;
      return (await close(admission, message)) ? 'closed' : undefined;
    }
    await deliveries.redeliver(admission.order);
    redelivered.set(idOf(admission), { times: times + 1, at: clock.now() });
    log.warn(
      { backupId: admission.order.backupId, times: times + 1 },
      'its message was lost: delivered again',
    );
    return 'redelivered';
  }

  async function reapOne(
    admission: Admission & { readonly held: boolean },
  ): Promise<keyof ReapReport | undefined> {
    if (admission.state === 'waiting' || admission.held) return undefined;
    if (admission.state === 'dispatched') return reapDispatched(admission);
    const message = `its worker ${admission.worker ?? ''} no longer holds the lock`;
    return (await close(admission, message)) ? 'closed' : undefined;
  }

  return async (
    admissions: readonly (Admission & { readonly held: boolean })[],
    report: ReapReport,
  ): Promise<void> => {
    const known = new Set(admissions.map(idOf));
    for (const id of redelivered.keys()) if (!known.has(id)) redelivered.delete(id);
    for (const admission of admissions) {
      try {
        const done = await reapOne(admission);
        if (done !== undefined) report[done] += 1;
      } catch (error) {
        log.warn({ backupId: admission.order.backupId, error: errorText(error) }, 'left for the next look');
      }
    }
  };
}

function attemptOf({ order, startTime, fencingToken, worker }: Admission) {
  return { order, startTime, fencingToken, worker };
}
