import { errorText } from '../errors/coded-error.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import type { BackupRecord } from '../stores/metadata/port.ts';
import { endOfLostAttempt } from './end-of-lost-attempt.ts';
import type { ReaperDeps, ReapReport } from './reaper-deps.ts';

interface OpenRecord {
  readonly record: BackupRecord;
  readonly order: BackupOrder;
}

/**
 * Looks at backups that metadata knows as queued or running and that are not admitted: Redis has lost its data. Acts on
 * those found so at least twice, `recordGraceMs` apart, since a backup that was just admitted looks the same once.
 */
export function createRecordReaper(deps: ReaperDeps) {
  const { exclusion, events, deliveries, clock, log } = deps;
  const firstSeen = new Map<string, number>();
  const idOf = ({ order }: OpenRecord) => `${order.backupId}.${order.attempt}`;

  /** Asked for by somebody who was told that it will run. */
  async function admitAgain(order: BackupOrder): Promise<boolean> {
    const admitted = await exclusion.admit(order, {});
    if (admitted.outcome === 'dispatched') await deliveries.redeliver(order);
    return admitted.outcome === 'dispatched' || admitted.outcome === 'waiting';
  }

  async function reapOne({ record, order }: OpenRecord): Promise<keyof ReapReport | undefined> {
    const queued = record.status === 'queued';
    const reason = queued
      ? { code: 'backup-interrupted', message: 'Redis lost the request before it began', interrupted: true }
      : { code: 'lock-lost', message: 'Redis lost the lock while it ran' };
    const { startTime, fencingToken, worker } = record;
    const event = await endOfLostAttempt({ order, startTime, fencingToken, worker }, reason, deps);
    if (event.kind === 'failed' && queued && order.schedule === null) {
      const admitted = await admitAgain(order);
      if (admitted) log.warn({ backupId: order.backupId }, 'admitted again: Redis had lost the request');
      return admitted ? 'readmitted' : undefined;
    }
    await events.append(event);
    log.warn({ backupId: order.backupId, attempt: order.attempt, as: event.kind }, reason.message);
    return 'closed';
  }

  return async (unadmitted: readonly OpenRecord[], report: ReapReport): Promise<void> => {
    const now = clock.now();
    const known = new Set(unadmitted.map(idOf));
    for (const id of firstSeen.keys()) if (!known.has(id)) firstSeen.delete(id);
    for (const open of unadmitted) {
      const seen = firstSeen.get(idOf(open));
      if (seen === undefined) firstSeen.set(idOf(open), now);
      if (seen === undefined || now - seen < deps.recordGraceMs) continue;
      try {
        const done = await reapOne(open);
        if (done !== undefined) report[done] += 1;
        if (done !== undefined) firstSeen.delete(idOf(open));
      } catch (error) {
        log.warn({ backupId: open.order.backupId, error: errorText(error) }, 'left for the next look');
      }
    }
  };
}
