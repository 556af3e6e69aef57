import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { CodedError, errorText } from '../errors/coded-error.ts';
import { bury, type Consuming, type ExchangeOf, jobProcessor, wasHandled } from './process-job.ts';
import type { AnyRoute } from './route.ts';

/** Of a message that is being processed: for so long a dead process still counts as at work, ms. */
const lockMs = 15_000;

/** A dead process is noticed within lock plus check, 25 s by default; a job that dies with its process twice is given up. */
const timing = { maxStalledCount: 1, runRetryDelay: 1_000 };

/** Finished messages stay for the board, within bounds. An age as well would cost each hop a search. */
const kept = { removeOnComplete: { count: 1_000 }, removeOnFail: { count: 5_000 } };

export interface Consumer {
  /** Resolves when it has connected. */
  readonly ready: Promise<unknown>;
  /** Takes no more jobs, and resolves when those that run have ended. */
  stop(): Promise<void>;
}

/** Consumes a route's queue (or its timer's), one job at a time. */
export function openConsumer(
  route: AnyRoute,
  exchangeOf: ExchangeOf,
  options: Consuming & {
    readonly connection: Redis;
    readonly prefix: string;
    readonly onError: (error: Error) => void;
    readonly messageLockMs?: number | undefined;
  },
): Consumer {
  const { connection, prefix, messageLockMs = lockMs } = options;
  const run = jobProcessor(route, exchangeOf, options);
  const worker = new Worker(route.from.name, (job: Job, token?: string) => run(job, token), {
    connection,
    prefix,
    lockDuration: messageLockMs,
    stalledInterval: Math.floor((messageLockMs * 2) / 3),
    ...timing,
    ...kept,
  });
  worker.on('error', options.onError);
  worker.on('failed', (job, error) => {
    if (job !== undefined && !wasHandled(error)) giveUp(job, error).catch(options.onError);
  });

  /** BullMQ gave up by itself: the process died with the job more often than is allowed. */
  async function giveUp(job: Job, cause: Error): Promise<void> {
    const error = new CodedError(
      'worker-died',
      `The process died while it worked on this message: ${errorText(cause)}.`,
      { cause },
    );
    options.log.error({ route: route.id, jobId: job.id, code: error.code }, error.message);
    await bury({ route, job, error }, options);
  }

  return {
    ready: worker.waitUntilReady(),
    stop: () => worker.close(),
  };
}
