import type { DeadLetter } from './dead-letter.ts';
import type { Queue } from './endpoint.ts';

/**
 * What happens when a step throws: named data, mandatory on each route. The policy of the route that took the message
 * counts, also for the direct routes that it leads to, so there is one layer of retries. Permanent errors are not
 * tried again, whatever `attempts` says.
 */
export interface ErrorPolicy {
  readonly name: string;
  /** Deliveries in all, at least 1. */
  readonly attempts: number;
  readonly backoff: {
    readonly kind: 'fixed' | 'exponential';
    /** Milliseconds before the second attempt. */
    readonly delay: number;
    /** 0 to 1: the part of the delay that is drawn by lot. */
    readonly jitter: number;
  };
  /** Where the message goes, with the reason, after the last attempt. Undefined: it stays among the queue's failed ones. */
  readonly deadLetter: Queue<DeadLetter> | undefined;
}

export function errorPolicy(
  name: string,
  policy: Partial<Omit<ErrorPolicy, 'name'>> & { readonly attempts: number },
): ErrorPolicy {
  const { attempts, backoff = { kind: 'fixed', delay: 0, jitter: 0 }, deadLetter } = policy;
  return Object.freeze({ name, attempts, backoff: Object.freeze({ ...backoff }), deadLetter });
}
