import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type Clock, monotonicClock } from './clock.ts';
import { openConsumer, type Consumer } from './consumer.ts';
import { checkWiring, directCalls } from './direct-calls.ts';
import { type DelayedMessages, openDelayedMessages } from './delayed-messages.ts';
import type { Direct, QueueSink } from './endpoint.ts';
import type { Log } from './log.ts';
import { openOutbox, type SendOptions } from './outbox.ts';
import { queueExchange, timerExchange } from './job-exchange.ts';
import { keepArmed } from './keep-armed.ts';
import { redisAt } from './redis-address.ts';
import { retryStrategy, warnOnce } from './redis-errors.ts';
import type { AnyRoute, Needs } from './route.ts';
import { createStopSignals } from './stop-signals.ts';
import { openTimerArm, type TimerArm } from './timer-arm.ts';

export interface RunnerOptions {
  /** Address of Redis. */
  readonly url: string;
  /** What all keys begin with. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Periods of timers by name, in milliseconds, instead of those that the routes give. */
  readonly timers?: Readonly<Record<string, number>>;
  /** How long a message of a dead process is left alone, in milliseconds, instead of the engine's own 15 s. */
  readonly messageLockMs?: number;
}

/** Routes that run. */
export interface Runner {
  /** Asks a direct route and waits for its reply; its error is thrown as it is. */
  request<Body, Reply>(
    endpoint: Direct<Body, Reply>,
    body: NoInfer<Body>,
    options?: { readonly correlationId?: string },
  ): Promise<Reply>;
  /** Puts a message on a queue. */
  send<Body>(queue: QueueSink<Body>, body: NoInfer<Body>, options?: SendOptions): Promise<void>;
  /** Whether a message of that id waits, is delayed or is being processed. */
  pending(queue: QueueSink<never>, jobId: string): Promise<boolean>;
  /** The id of the message that is queued or running, of those that are so once alone. */
  standing(queue: QueueSink<never>, once: string): Promise<string | undefined>;
  /**
   * Takes nothing more, aborts what runs, and waits up to `deadline` milliseconds for it to end; what has not ended
   * by then is delivered again elsewhere when its lock expires.
   */
  stop(deadline: number): Promise<void>;
}

/**
 * Runs these routes in this process: consumes their queues and timers, and answers for their direct endpoints.
 * Resolves when all consumers have connected.
 */
export async function startRoutes<const Routes extends readonly AnyRoute[]>(
  routes: Routes,
  deps: Needs<Routes[number]>,
  options: RunnerOptions,
): Promise<Runner> {
  checkWiring(routes);
  const { prefix, clock, log } = options;
  const onError = warnOnce(log);
  const connect = (maxRetriesPerRequest: number | null): Redis => {
    const redis = redisAt(options.url, { connectionName: prefix, maxRetriesPerRequest, retryStrategy });
    return redis.on('error', onError);
  };
  const connection = connect(null);
  const producing = connect(20);
  const outbox = openOutbox(producing, prefix, onError);
  const call = directCalls(routes, deps);
  const signals = createStopSignals();
  const { messageLockMs } = options;
  const shared = { connection, prefix, deps, call, outbox, signals, clock, log, onError, messageLockMs };

  const consumers: Consumer[] = [];
  const arms: TimerArm[] = [];
  const delayed: DelayedMessages[] = [];
  for (const route of routes) {
    const { from } = route;
    if (from.kind === 'queue') {
      consumers.push(openConsumer(route, queueExchange(from), shared));
      delayed.push(openDelayedMessages(from.name, shared));
    }
    if (from.kind === 'timer') {
      const every = options.timers?.[from.name] ?? from.every;
      const arm = openTimerArm(from, { ...shared, stopwatch: monotonicClock, every });
      arms.push(arm);
      consumers.push(openConsumer(route, timerExchange(clock, arm), shared));
    }
  }
  await Promise.all(consumers.map((consumer) => consumer.ready));
  const stopWatching = await keepArmed({ arms, delayed }, connection, onError);

  let stopped: Promise<void> | undefined;

  async function stop(deadline: number): Promise<void> {
    stopWatching();
    const timeout = new AbortController();
    const ended = Promise.all(consumers.map((consumer) => consumer.stop())).then(() => true);
    signals.stop('the process stops');
    const late = pause(deadline, false, { signal: timeout.signal }).catch(() => false);
    if (!(await Promise.race([ended, late]))) {
      log.warn({ deadline }, 'Work that did not end in time is left to be delivered again.');
    }
    timeout.abort();
    await Promise.all([...arms, ...delayed].map((kept) => kept.close()));
    await outbox.close();
    connection.disconnect();
    producing.disconnect();
  }

  return {
    async request(endpoint, body, asking = {}) {
      const message = signals.open();
      try {
        const { reply, sends } = await call(endpoint, {
          id: randomUUID(),
          correlationId: asking.correlationId ?? randomUUID(),
          attempt: 1,
          scheduledFor: new Date(clock.now()).toISOString(),
          body,
          get signal() {
            return message.get();
          },
        });
        await outbox.sendAll(sends);
        return reply as never;
      } finally {
        message.close();
      }
    },
    send: (queue, body, sending) => outbox.send(queue, body, sending),
    pending: (queue, jobId) => outbox.pending(queue, jobId),
    standing: (queue, once) => outbox.standing(queue, once),
    stop: (deadline) => (stopped ??= stop(deadline)),
  };
}
