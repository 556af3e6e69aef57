import type { Job } from 'bullmq';
import type { Clock } from './clock.ts';
import type { AnyQueue } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import type { ExchangeOf } from './process-job.ts';
import type { MessageSignal } from './stop-signals.ts';
import type { TimerArm } from './timer-arm.ts';

/** The exchange for a queue's message; throws when its payload is not the queue's. */
export function queueExchange(from: AnyQueue): ExchangeOf {
  return (job, signal) => {
    const body = from.parse(job.data);
    return exchangeFor(job, {
      body,
      correlationId: from.correlate(body as never),
      at: job.timestamp,
      signal,
    });
  };
}

/** The exchange for a timer's tick, which says when it was taken up and for when it was planned. */
export function timerExchange(clock: Clock, arm: TimerArm): ExchangeOf {
  return (job, signal) => {
    arm.ticked();
    const body = { at: new Date(clock.now()).toISOString() };
    const at = job.opts.prevMillis ?? job.timestamp;
    return exchangeFor(job, { body, correlationId: undefined, at, signal });
  };
}

function exchangeFor(
  job: Job,
  {
    body,
    correlationId,
    at,
    signal,
  }: {
    readonly body: unknown;
    readonly correlationId: string | undefined;
    readonly at: number;
    readonly signal: MessageSignal;
  },
): Exchange<unknown> {
  const id = job.id ?? '';
  return {
    id,
    correlationId: correlationId ?? id,
    attempt: job.attemptsMade + 1,
    scheduledFor: new Date(at).toISOString(),
    body,
    get signal() {
      return signal.get();
    },
  };
}
