import { createAdmissionReaper } from './reap-admissions.ts';
import { createRecordReaper } from './reap-records.ts';
import type { ReaperDeps, ReapReport } from './reaper-deps.ts';

export const defaultGraces = {
  deliveryGraceMs: 30_000,
  workerGraceMs: 120_000,
  maxRedeliveries: 3,
  recordGraceMs: 10_000,
};

export interface Reaper {
  /**
   * One look. Resolves with how many backups it closed, admitted or delivered again: where there were any, a check
   * should follow. A look that is asked for while one is under way is that one.
   */
  reap(): Promise<number>;
}

/** Ends what its worker can no longer end. For the leader alone, again and again. */
export function createReaper(deps: ReaperDeps): Reaper {
  const reapAdmissions = createAdmissionReaper(deps);
  const reapRecords = createRecordReaper(deps);
  let underWay: Promise<number> | undefined;

  async function look(): Promise<number> {
    const report: ReapReport = { closed: 0, redelivered: 0, readmitted: 0 };
    // Admissions first, then the stream: whatever ended before the first look is recorded by the second.
    const admissions = await deps.exclusion.admissions();
    await deps.drain();
    const open = await deps.metadata.open();
    const admitted = new Set(admissions.map(({ order }) => order.backupId));
    const unadmitted = open.filter(({ order }) => !admitted.has(order.backupId));
    await reapAdmissions(admissions, report);
    await reapRecords(unadmitted, report);
    return report.closed + report.redelivered + report.readmitted;
  }

  return {
    reap() {
      underWay ??= look().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}
