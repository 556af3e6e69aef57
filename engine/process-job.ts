import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { CodedError, errorCode, errorText } from '../errors/coded-error.ts';
import type { Clock } from './clock.ts';
import type { Exchange } from './exchange.ts';
import { type Call, execute } from './execute.ts';
import { Later } from './later.ts';
import type { Log } from './log.ts';
import type { Outbox } from './outbox.ts';
import type { MessageSignal, StopSignals } from './stop-signals.ts';
import type { AnyRoute } from './route.ts';

/** What the consumers of one runner share. */
export interface Consuming {
  readonly deps: unknown;
  readonly call: Call;
  readonly outbox: Outbox;
  readonly signals: StopSignals;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Runs a route for one BullMQ job and sends what it sends. The route's policy, not the producer, says how often it is
 * tried. What is thrown tells BullMQ what to do: UnrecoverableError, DelayedError, or anything else to try again.
 */
export function jobProcessor(route: AnyRoute, exchangeOf: ExchangeOf, shared: Consuming) {
  const { attempts, backoff } = route.onError;
  return async (job: Job, token = ''): Promise<void> => {
    job.opts.attempts = attempts;
    job.opts.backoff = { type: backoff.kind, delay: backoff.delay, jitter: backoff.jitter };
    const signal = shared.signals.open();
    try {
      const exchange = exchangeOf(job, signal);
      const { sends } = await execute(route, exchange, shared.deps as never, shared.call);
      if (sends.length > 0) await shared.outbox.sendAll(sends);
    } catch (thrown) {
      throw await verdict(thrown, { route, job, token }, shared);
    } finally {
      signal.close();
    }
  };
}
export type ExchangeOf = (job: Job, signal: MessageSignal) => Exchange<unknown>;

interface Delivery {
  readonly route: AnyRoute;
  readonly job: Job;
  readonly token: string;
}

/** The error that BullMQ is to see; the message is delayed or put among the dead ones before. */
async function verdict(thrown: unknown, delivery: Delivery, shared: Consuming): Promise<Error> {
  const { route, job, token } = delivery;
  const permanent = thrown instanceof CodedError && thrown.permanent;
  const fields = { route: route.id, jobId: job.id, attempt: job.attemptsMade + 1, code: errorCode(thrown) };
  const later = thrown instanceof Later ? thrown : undefined;
  if (later !== undefined || (shared.signals.stopped && !permanent)) {
    const at = later?.at ?? shared.clock.now();
    shared.log.info({ ...fields, at: new Date(at).toISOString() }, `Later: ${errorText(thrown)}`);
    await job.moveToDelayed(at, token);
    return new DelayedError(errorText(thrown));
  }
  const last = permanent || job.attemptsMade + 1 >= route.onError.attempts;
  shared.log.error({ ...fields, last, err: thrown }, errorText(thrown));
  if (last) await bury({ route, job, error: thrown }, shared);
  if (permanent) return handled(new UnrecoverableError(`${thrown.code}: ${thrown.message}`));
  return handled(thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown }));
}

/** Sends a message that is given up to the policy's dead-letter queue. Doing it twice leaves one there. */
export async function bury(
  dead: { readonly route: AnyRoute; readonly job: Job; readonly error: unknown },
  shared: Pick<Consuming, 'outbox' | 'clock'>,
): Promise<void> {
  const { deadLetter } = dead.route.onError;
  if (deadLetter === undefined) return;
  const letter = {
    payload: dead.job.data as unknown,
    error: { code: errorCode(dead.error), message: errorText(dead.error) },
    route: dead.route.id,
    at: new Date(shared.clock.now()).toISOString(),
  };
  await shared.outbox.send(deadLetter, letter, { jobId: `${dead.job.queueName}@${dead.job.id ?? ''}` });
}

const handledErrors = new WeakSet<Error>();
function handled(error: Error): Error {
  handledErrors.add(error);
  return error;
}

/** False for failures that BullMQ declared by itself, such as a job that stalled twice. */
export function wasHandled(error: Error): boolean {
  return handledErrors.has(error);
}
