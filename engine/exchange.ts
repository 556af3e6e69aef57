/** What travels along a route. Small, immutable, serialisable apart from the signal. */
export interface Exchange<Body> {
  /** The message's id: the BullMQ job's, or a new one for a direct request. */
  readonly id: string;
  /** The same over every hop that one message leads to. */
  readonly correlationId: string;
  /** Which delivery this is, from 1. Being told to come later does not count. */
  readonly attempt: number;
  /** The slot of a timer, or the moment of the request, ISO-8601, UTC. */
  readonly scheduledFor: string;
  readonly body: Body;
  /** Aborted when the step must stop: the runner stops. */
  readonly signal: AbortSignal;
}

/** The same exchange with another body. Its signal is only made when it is asked for. */
export function withBody<Body>(exchange: Exchange<unknown>, body: Body): Exchange<Body> {
  const { id, correlationId, attempt, scheduledFor } = exchange;
  return {
    id,
    correlationId,
    attempt,
    scheduledFor,
    body,
    get signal() {
      return exchange.signal;
    },
  };
}

/** A named step: a plain function of the exchange and of what it needs. Its name is the step's id. */
export type Processor<In, Out, Deps> = (exchange: Exchange<In>, deps: Deps) => Out | Promise<Out>;

/** Any processor at all, when nobody looks at its types. */
export type AnyProcessor = Processor<never, unknown, never>;
