import type { Runner } from '../../engine/start-routes.ts';
import type { StandingVerifications } from '../../processors/admit-verification.ts';
import { backupVerifications } from '../../queues/backup-verifications.ts';
import { type ReadLeases, verificationLease } from '../../stores/reading/port.ts';

/** From the answer to a request until its message is in the queue, which then says that it stands. */
const reservedForMs = 5_000;

/** Looks into queue and leases: what is queued stands in the one, what runs or was let in this moment in the other. */
export function standingVerifications(
  leases: Pick<ReadLeases, 'take' | 'release'>,
  runner: () => Pick<Runner, 'standing'>,
): StandingVerifications {
  return {
    async reserve(order) {
      const { verificationId } = order;
      const lease = verificationLease(order);
      const by = await leases.take(lease, verificationId, reservedForMs);
      if (by !== verificationId) return by;
      const queued = await runner().standing(backupVerifications, backupVerifications.once(order) ?? '');
      if (queued !== undefined) await leases.release(lease, verificationId);
      return queued;
    },
  };
}
