import { Later } from '../engine/later.ts';
import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import type { VerificationReport } from '../backups/verification/report.ts';
import { CodedError, errorCode, errorText } from '../errors/coded-error.ts';
import { findingsKept, type VerificationOrder, type VerificationOutcome } from '../model/verification.ts';
import type { EventStream } from '../stores/events/port.ts';
import { type ReadLeases, verificationLease } from '../stores/reading/port.ts';
import type { Activity } from './activity.ts';
import { holdLeases } from './hold-leases.ts';

/** All that verifying needs besides its order. */
export interface VerificationFrame {
  /** Throws only what says nothing of the backup. */
  verify(
    order: VerificationOrder,
    watch: { readonly signal: AbortSignal; readonly progress: (bytes: number) => void },
  ): Promise<VerificationReport>;
  readonly leases: ReadLeases;
  readonly leaseMs: number;
  /** When a message comes again while another verification runs. */
  readonly busyRetryMs: number;
  readonly events: Pick<EventStream, 'append'>;
  readonly activity: Activity;
  /** This worker, `host:pid`. */
  readonly worker: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whoever verifies holds this one: verifications go one at a time, whatever the number of workers. */
const oneAtATime = 'verification';

/**
 * Verifies one backup under leases, and appends how it ended. Throws `Later` while another verification runs, and the error
 * of one that could not be done, which is recorded when it is the last.
 */
export async function runVerification(
  order: VerificationOrder,
  how: { readonly signal: AbortSignal; readonly last: boolean },
  frame: VerificationFrame,
): Promise<void> {
  const { clock, log, activity } = frame;
  const names = [oneAtATime, verificationLease(order)];
  const holding = await holdLeases(names, order.verificationId, frame);
  if (holding.takenBy !== null) {
    throw new Later(clock.now() + frame.busyRetryMs, `verification ${holding.takenBy} runs`);
  }
  const signal = AbortSignal.any([how.signal, holding.lost]);
  const { backupId } = order.order;
  const facts = { backupId, verificationId: order.verificationId, level: order.level };
  const begun = clock.now();
  let bytes = 0;
  activity.begin({ backupId, attempt: 1, since: new Date(begun).toISOString() }, () => bytes);
  log.info({ ...facts, reason: order.reason }, 'verification started');
  try {
    const progress = (count: number): void => {
      bytes += count;
    };
    const report = await frame.verify(order, { signal, progress });
    await record(order, { begun, ...outcomeOf(report) }, frame);
    if (report.ok)
      log.info({ ...facts, reached: report.level, ms: report.durationMs }, 'the backup is whole');
    else log.error({ ...facts, findings: report.findings.slice(0, 5) }, 'the backup is damaged');
  } catch (error) {
    how.signal.throwIfAborted();
    const last = how.last || (error instanceof CodedError && error.permanent);
    if (last && !holding.lost.aborted)
      await record(order, { begun, ...failureOf(order, error, bytes) }, frame);
    throw error;
  } finally {
    activity.end();
    await holding.release();
  }
}

type Found = Pick<
  VerificationOutcome,
  'reached' | 'result' | 'findings' | 'findingCount' | 'notes' | 'error' | 'bytes' | 'objects' | 'manifests'
>;

function outcomeOf(report: VerificationReport): Found {
  const { level, ok, findings, notes, bytes, objects, manifests } = report;
  return {
    ...{ reached: level, result: ok ? 'passed' : 'damaged', error: null },
    ...{ findings: findings.slice(0, findingsKept), findingCount: findings.length },
    ...{ notes: notes.slice(0, findingsKept), bytes, objects, manifests },
  };
}

function failureOf({ level }: VerificationOrder, error: unknown, bytes: number): Found {
  return {
    ...{ reached: level, result: 'failed', findings: [], findingCount: 0, notes: [] },
    error: { code: errorCode(error), message: errorText(error) },
    ...{ bytes, objects: 0, manifests: 0 },
  };
}

async function record(
  asked: VerificationOrder,
  { begun, ...found }: Found & { readonly begun: number },
  { clock, events, worker }: VerificationFrame,
): Promise<void> {
  const { verificationId, level, order, schedule, requestedBy, requestedAt, reason } = asked;
  const now = clock.now();
  await events.append({
    kind: 'verified',
    at: new Date(now).toISOString(),
    order,
    verification: {
      ...{ verificationId, level, ...found, startTime: new Date(begun).toISOString() },
      durationMs: Math.max(0, now - begun),
      ...{ schedule, requestedBy, requestedAt, reason, worker },
    },
  });
}
