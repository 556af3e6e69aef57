import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { type Pause, systemPause } from '../engine/pause.ts';
import { errorText } from '../errors/coded-error.ts';
import type { Lease } from '../stores/lease/port.ts';
import { type Duties, type Reign, beginReign } from './reign.ts';

export interface LeaderOptions {
  readonly lease: Lease;
  readonly duties: Duties;
  /** Must not jump when the system's clock is set: `monotonicClock`. */
  readonly clock: Clock;
  readonly log: Log;
  /** For how long the lease is held without being extended, in ms: the adapter's own duration. */
  readonly leaseMs: number;
  /** Between two steps, in ms: one second, or less where the lease is short, so that it is extended before it ends. */
  readonly stepMs?: number;
  readonly pause?: Pause;
  /** Whether this process can do the leader's work: while it cannot, it leaves the lease to others. Left out: always. */
  readonly fit?: () => boolean;
}

/** Takes part in the election, and does the leader's duties while it leads. */
export interface Leader {
  /**
   * Extends or takes the lease, ends a lost leadership, begins a new one, begins duties that are due; gives the lease up
   * when this process is not fit for it. Never throws.
   */
  step(): Promise<void>;
  /** Steps until `stop`. */
  start(): void;
  /** The token of the lease while this process leads. */
  token(): string | undefined;
  /** Resolves when no duty runs. */
  settled(): Promise<void>;
  /** Ends the leadership and gives the lease up, so that another takes over at once. */
  stop(): Promise<void>;
}

export function createLeader(options: LeaderOptions): Leader {
  const { lease, clock, log, leaseMs, pause = systemPause, fit = () => true } = options;
  const { stepMs = Math.min(1000, leaseMs / 4) } = options;
  const stopping = new AbortController();
  let reign: Reign | undefined;
  let leading = false;
  let heldAt = -Infinity;
  let loop: Promise<void> = Promise.resolve();

  /** The token under which the lease is surely held. */
  async function hold(): Promise<string | undefined> {
    const asked = clock.now();
    const late = new AbortController();
    try {
      const answer = lease.hold();
      answer.catch(() => undefined);
      const timeOut = pause(leaseMs / 3, late.signal).then(() => 'late' as const);
      const result = await Promise.race([answer.then((token) => ({ token })), timeOut]);
      if (result === 'late') throw new Error('the lease was not answered in time');
      if (result.token !== undefined) heldAt = asked;
      return result.token;
    } catch (error) {
      log.warn({ error: errorText(error) }, 'the lease could not be extended');
      // A third before it ends, another may take it by a faster clock: until then what runs may go on.
      return clock.now() - heldAt < (leaseMs * 2) / 3 ? reign?.token : undefined;
    } finally {
      late.abort();
    }
  }

  async function endReign(): Promise<void> {
    if (reign === undefined) return;
    const ended = reign;
    if (leading) log.info({ token: ended.token }, 'this control plane leads no more');
    leading = false;
    if (await ended.end()) reign = undefined;
  }

  async function release(): Promise<void> {
    await lease.release().catch((error: unknown) => {
      log.warn({ error: errorText(error) }, 'the lease could not be given up; it ends by itself');
    });
  }

  async function step(): Promise<void> {
    if (!fit()) {
      await endReign();
      await release();
      return;
    }
    const token = await hold();
    if (reign !== undefined && (!leading || reign.token !== token)) await endReign();
    if (token === undefined) return;
    if (reign === undefined) {
      // Ending may have taken longer than the lease lasts: what was held then proves nothing.
      if (clock.now() - heldAt >= (leaseMs * 2) / 3) return;
      reign = beginReign(token, options);
      leading = true;
      log.info({ token }, 'this control plane leads');
    }
    // Parts that do not stop must not keep the others from leading.
    if (leading) reign.tend();
    else await release();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await step();
      await pause(stepMs, stopping.signal);
    }
  }

  return {
    step,
    start() {
      loop = run();
    },
    token: () => (leading ? reign?.token : undefined),
    settled: async () => reign?.settled(),
    async stop() {
      stopping.abort();
      await loop;
      await endReign();
      await release();
    },
  };
}
