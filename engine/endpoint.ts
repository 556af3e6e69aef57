import type { z } from 'zod';
import { parseMessage } from './parse-message.ts';

/** A queue as those who send to it see it. */
export interface QueueSink<in Body> {
  readonly kind: 'queue';
  readonly name: string;
  /** The message's id: one that is queued or kept already is not added again. Undefined: a new one each time. */
  readonly jobId: (body: Body) => string | undefined;
  /** What is queued or running once alone: another message with the same is dropped. Undefined: each is queued. */
  readonly once: (body: Body) => string | undefined;
  /** Whether it waits behind all those of the queue that do not. */
  readonly behind: (body: Body) => boolean;
}

/** A BullMQ queue with its payload. The job's data is the body itself, so that others can send to it too. */
export interface Queue<Body> extends QueueSink<Body> {
  /** Throws a permanent `invalid-message` that names the field at fault. */
  readonly parse: (raw: unknown) => Body;
  /** What the hops of one message share in logs. */
  readonly correlate: (body: Body) => string | undefined;
}

/** Another route in this process: request and reply. */
export interface Direct<in Body, out Reply = unknown> {
  readonly kind: 'direct';
  readonly name: string;
  /** True: the next request waits until the one before has been answered. */
  readonly oneAtATime: boolean;
  /** Type only: what goes in and what comes back. */
  readonly carries?: (body: Body) => Reply;
}

export interface Tick {
  /** When the timer's message was taken up, ISO-8601, UTC. */
  readonly at: string;
}

/** One repeating message in Redis, whoever consumes it. */
export interface Timer {
  readonly kind: 'timer';
  readonly name: string;
  /** Milliseconds; whoever starts the routes may say otherwise. */
  readonly every: number;
}

/** A queue when nobody looks at its payload. */
export interface AnyQueue extends QueueSink<never> {
  readonly parse: (raw: unknown) => unknown;
  readonly correlate: (body: never) => string | undefined;
}
export type Source = AnyQueue | Direct<never> | Timer;
/** Where messages go. */
export type Sink<Body> = QueueSink<Body> | Direct<Body>;
export type AnySink = Sink<never>;

export function queue<Body>(
  name: string,
  payload: z.ZodType<Body>,
  options: {
    readonly jobId?: (body: Body) => string;
    readonly correlate?: (body: Body) => string;
    readonly once?: (body: Body) => string;
    readonly behind?: (body: Body) => boolean;
  } = {},
): Queue<Body> {
  return Object.freeze({
    kind: 'queue',
    name,
    parse: (raw: unknown) => parseMessage(name, payload, raw),
    jobId: options.jobId ?? (() => undefined),
    correlate: options.correlate ?? (() => undefined),
    once: options.once ?? (() => undefined),
    behind: options.behind ?? (() => false),
  });
}

export function direct<Body, Reply = unknown>(
  name: string,
  options: { readonly oneAtATime?: boolean } = {},
): Direct<Body, Reply> {
  return Object.freeze({ kind: 'direct', name, oneAtATime: options.oneAtATime ?? false });
}

export function timer(name: string, options: { readonly every: number }): Timer {
  return Object.freeze({ kind: 'timer', name, every: options.every });
}
