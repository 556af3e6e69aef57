import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { CodedError, errorText } from '../errors/coded-error.ts';
import type { Exclusion, Holding } from '../stores/exclusion/port.ts';
import type { Check } from './watch.ts';

export interface RenewalOptions {
  readonly exclusion: Pick<Exclusion, 'renew'>;
  readonly holding: Holding;
  /** Bytes so far, for the status. */
  readonly bytes: () => number;
  readonly renewEveryMs: number;
  readonly lockDurationMs: number;
  readonly stopwatch: Clock;
  readonly log: Log;
}

/**
 * Renews the lock. It counts as lost when Redis says so, and also when no renewal has succeeded for as long as the lock
 * lives: with Redis out of reach, or after a pause of the process, somebody else may hold it.
 */
export function renewal(options: RenewalOptions): Check {
  const { exclusion, holding, stopwatch, log } = options;
  let renewedAt = stopwatch.now();
  let askedAt = renewedAt;
  let asking = false;
  let lost = false;

  async function renew(): Promise<void> {
    asking = true;
    askedAt = stopwatch.now();
    const asked = askedAt;
    try {
      if (await exclusion.renew(holding, options.bytes())) renewedAt = asked;
      else lost = true;
    } catch (error) {
      log.warn(
        { backupId: holding.order.backupId, error: errorText(error) },
        'the lock could not be renewed',
      );
    } finally {
      asking = false;
    }
  }

  return () => {
    const now = stopwatch.now();
    if (lost || now - renewedAt >= options.lockDurationMs) {
      return new CodedError('lock-lost', 'the lock was lost: nothing of this attempt is published', {
        facts: { unrenewedForMs: now - renewedAt },
      });
    }
    if (!asking && now - askedAt >= options.renewEveryMs) void renew();
    return undefined;
  };
}
