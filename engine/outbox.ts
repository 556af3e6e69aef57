import { type DeduplicationOptions, Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueSink } from './endpoint.ts';
import type { Send } from './execute.ts';

export interface SendOptions {
  /** Instead of the queue's own id for the body. No colon. */
  readonly jobId?: string;
  /** Milliseconds before it is delivered. */
  readonly delay?: number;
  readonly deduplication?: DeduplicationOptions;
  /** Removes a finished message of the same id first, so that this one is delivered. */
  readonly again?: boolean;
}

/** The producers' side of the queues: one connection for all of them. */
export interface Outbox {
  send<Body>(queue: QueueSink<Body>, body: NoInfer<Body>, options?: SendOptions): Promise<void>;
  sendAll(sends: readonly Send[]): Promise<void>;
  /** Whether a message of that id waits, is delayed or is being processed. */
  pending(queue: QueueSink<never>, jobId: string): Promise<boolean>;
  /** The message that is queued or running, of those that are so once alone; its id. */
  standing(queue: QueueSink<never>, once: string): Promise<string | undefined>;
  close(): Promise<void>;
}

const unfinished = new Set(['waiting', 'active', 'delayed', 'prioritized', 'waiting-children']);

export function openOutbox(connection: Redis, prefix: string, onError: (error: Error) => void): Outbox {
  const open = new Map<string, BullQueue>();
  const producer = (name: string): BullQueue => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const queue = new BullQueue(name, { connection, prefix });
    queue.on('error', onError);
    open.set(name, queue);
    return queue;
  };

  const outbox: Outbox = {
    async send(queue, body, options = {}) {
      const { again = false, ...rest } = options;
      const jobId = rest.jobId ?? queue.jobId(body);
      const target = producer(queue.name);
      if (again && jobId !== undefined && !(await outbox.pending(queue, jobId))) await target.remove(jobId);
      const once = queue.once(body);
      await target.add(queue.name, body, {
        ...(once === undefined ? {} : { deduplication: { id: once } }),
        // BullMQ takes messages without a priority first.
        ...(queue.behind(body) ? { priority: 1 } : {}),
        ...rest,
        ...(jobId === undefined ? {} : { jobId }),
      });
    },
    async sendAll(sends) {
      await Promise.all(
        sends.map(({ endpoint, body }) => {
          if (endpoint.kind === 'direct') throw new TypeError(`${endpoint.name} is no queue`);
          return outbox.send(endpoint, body as never);
        }),
      );
    },
    async pending(queue, jobId) {
      return unfinished.has(await producer(queue.name).getJobState(jobId));
    },
    async standing(queue, once) {
      const jobId = await producer(queue.name).getDeduplicationJobId(once);
      return jobId !== null && (await outbox.pending(queue, jobId)) ? jobId : undefined;
    },
    async close() {
      await Promise.all([...open.values()].map((queue) => queue.close()));
    },
  };
  return outbox;
}
