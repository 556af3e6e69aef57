import type { Clock } from '../../engine/clock.ts';
import type { BackupEvent } from '../../model/backup-event.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import type { EventStream } from '../events/port.ts';
import { holdingText } from './exclusion-keys.ts';
import type { Admission, Exclusion, Holding, LockScope } from './port.ts';
import { requireTerminalEvent } from './terminal-event.ts';

export interface MemoryExclusionOptions {
  readonly events: EventStream;
  readonly lockScope: LockScope;
  readonly lockDurationMs: number;
  readonly clock: Clock;
  /** The lease's token that an admission is compared with; undefined: nobody holds it. */
  readonly leaseToken?: () => string | undefined;
}

const precedence = { running: 1, dispatched: 2, waiting: 3 } as const;
const idempotencyMs = 24 * 60 * 60 * 1000;

/** Exclusion within one process, for tests and previews: the same answers as Redis gives, time by the clock alone. */
export function createMemoryExclusion(options: MemoryExclusionOptions): Exclusion {
  const { events, lockScope, lockDurationMs, clock } = options;
  const admitted = new Map<BackupType, Admission>();
  const waitingBehind = new Map<string, string>();
  const locks = new Map<string, { readonly holding: string; until: number }>();
  const ended = new Set<string>();
  const kept = new Map<string, { readonly backupId: string; readonly until: number }>();
  let lastToken = 0;

  const lockOf = (type: BackupType) => (lockScope === 'global' ? 'global' : type);
  const lockedBy = (type: BackupType) => {
    const lock = locks.get(lockOf(type));
    return lock !== undefined && lock.until > clock.now() ? lock : undefined;
  };
  const holds = (holding: Holding) => lockedBy(holding.order.type)?.holding === holdingText(holding);
  const isHeld = ({ order, fencingToken }: Admission) =>
    fencingToken !== null && holds({ order, fencingToken });
  const inFrontOf = (type: BackupType) =>
    [...admitted.values()]
      .filter((other) => lockScope === 'global' && other.order.type !== type)
      .sort(
        (a, b) => precedence[a.state] - precedence[b.state] || (a.order.backupId < b.order.backupId ? -1 : 1),
      )
      .at(0);

  return {
    async admit(order, { idempotencyKey, leaseToken }) {
      const own = admitted.get(order.type);
      const same = own?.order.backupId === order.backupId && own.order.attempt === order.attempt;
      if (same && own.state === 'waiting') {
        return { outcome: 'waiting', behind: waitingBehind.get(order.backupId) ?? '' };
      }
      if (same) return { outcome: 'dispatched' };
      const repeated = idempotencyKey === undefined ? undefined : kept.get(idempotencyKey);
      if (repeated !== undefined && repeated.until > clock.now()) {
        return { outcome: 'repeated', backupId: repeated.backupId };
      }
      if (leaseToken !== undefined && leaseToken !== options.leaseToken?.()) return { outcome: 'not-leader' };
      if (own !== undefined) return { outcome: 'refused', by: own.order.backupId, state: own.state };
      const behind = inFrontOf(order.type)?.order.backupId;
      if (behind !== undefined && order.schedule !== null) return { outcome: 'busy', by: behind };

      admitted.set(order.type, {
        order,
        state: behind === undefined ? 'dispatched' : 'waiting',
        since: clock.now(),
        fencingToken: null,
        worker: null,
        startTime: null,
        progress: null,
      });
      if (behind !== undefined) waitingBehind.set(order.backupId, behind);
      if (idempotencyKey !== undefined) {
        kept.set(idempotencyKey, { backupId: order.backupId, until: clock.now() + idempotencyMs });
      }
      await events.append({ kind: 'requested', at: new Date(clock.now()).toISOString(), order });
      return behind === undefined ? { outcome: 'dispatched' } : { outcome: 'waiting', behind };
    },
    promote(backupId) {
      const own = [...admitted.values()].find(({ order }) => order.backupId === backupId);
      const inTheWay = own !== undefined && inFrontOf(own.order.type);
      const mayRun = own?.state === 'waiting' && (!inTheWay || inTheWay.state === 'waiting');
      if (mayRun) admitted.set(own.order.type, { ...own, state: 'dispatched', since: clock.now() });
      return Promise.resolve(mayRun);
    },
    async begin(order, worker) {
      const own = admitted.get(order.type);
      const same = own?.order.backupId === order.backupId && own.order.attempt === order.attempt;
      if (!same || own.state !== 'dispatched') return { outcome: 'superseded' };
      const held = lockedBy(order.type);
      if (held !== undefined) return { outcome: 'busy', by: held.holding.split(' ')[1] ?? '' };
      const fencingToken = Math.max(lastToken + 1, clock.now() * 1000);
      lastToken = fencingToken;
      const startTime = new Date(clock.now()).toISOString();
      locks.set(lockOf(order.type), {
        holding: holdingText({ order, fencingToken }),
        until: clock.now() + lockDurationMs,
      });
      admitted.set(order.type, {
        ...own,
        state: 'running',
        since: clock.now(),
        fencingToken,
        worker,
        startTime,
      });
      await events.append({
        kind: 'started',
        at: startTime,
        order: own.order,
        startTime,
        fencingToken,
        worker,
      });
      return { outcome: 'begun', fencingToken, startTime };
    },
    renew(holding, bytes) {
      const own = admitted.get(holding.order.type);
      const lock = lockedBy(holding.order.type);
      if (own === undefined || lock === undefined || !holds(holding)) return Promise.resolve(false);
      lock.until = clock.now() + lockDurationMs;
      if (own.progress?.bytes !== bytes) {
        admitted.set(holding.order.type, { ...own, progress: { bytes, at: clock.now() } });
      }
      return Promise.resolve(true);
    },
    owns(holding) {
      return Promise.resolve(holds(holding));
    },
    async finish(holding, event) {
      requireTerminalEvent(holding.order, event);
      if (!holds(holding)) return ended.has(holdingText(holding));
      locks.delete(lockOf(holding.order.type));
      ended.add(holdingText(holding));
      return end(holding.order.type, event);
    },
    async close(order, event) {
      requireTerminalEvent(order, event);
      const own = admitted.get(order.type);
      const same = own?.order.backupId === order.backupId && own.order.attempt === order.attempt;
      if (!same || isHeld(own)) return false;
      return end(order.type, event);
    },
    admissions() {
      return Promise.resolve(
        [...admitted.values()].map((admission) => ({ ...admission, held: isHeld(admission) })),
      );
    },
    raiseFencingToken(atLeast) {
      lastToken = Math.max(lastToken, atLeast);
      return Promise.resolve();
    },
  };

  async function end(type: BackupType, event: BackupEvent): Promise<true> {
    admitted.delete(type);
    await events.append(event);
    return true;
  }
}
