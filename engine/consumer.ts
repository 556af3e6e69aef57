import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { CodedError, errorText } from '../errors/coded-error.ts';
import { bury, type Consuming, type ExchangeOf, jobProcessor, wasHandled } from './process-job.ts';
import type { AnyRoute } from './route.ts';

/** A dead process is noticed within lock plus check: 25 s at most; a job that dies with its process twice is given up. */
const timing = { lockDuration: 15_000, stalledInterval: 10_000, maxStalledCount: 1, runRetryDelay: 1_000 };

const day = 24 * 60 * 60;
/** Finished messages stay for the board for a while, within bounds. Ages in seconds. */
const kept = {
  removeOnComplete: { age: 7 * day, count: 1_000 },
  removeOnFail: { age: 30 * day, count: 5_000 },
};

export interface Consumer {
  /** Resolves when it has connected. */
  readonly ready: Promise<unknown>;
  /** Takes no more jobs, aborts those that run, and resolves when they have ended. */
  stop(reason: string): Promise<void>;
}

/** Consumes a route's queue (or its timer's), one job at a time. */
export function openConsumer(
  route: AnyRoute,
  exchangeOf: ExchangeOf,
  options: Consuming & {
    readonly connection: Redis;
    readonly prefix: string;
    readonly onError: (error: Error) => void;
  },
): Consumer {
  const { connection, prefix } = options;
  const run = jobProcessor(route, exchangeOf, options);
  const worker = new Worker(
    route.from.name,
    (job: Job, token?: string, signal?: AbortSignal) => run(job, token, signal),
    { connection, prefix, ...timing, ...kept },
  );
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
    async stop(reason) {
      const closed = worker.close();
      worker.cancelAllJobs(reason);
      await closed;
    },
  };
}
