import type { Exchange } from '../engine/exchange.ts';
import type { Log } from '../engine/log.ts';
import { CodedError } from '../errors/coded-error.ts';
import type { VerificationOrder } from '../model/verification.ts';

/** Which verifications are queued or running. */
export interface StandingVerifications {
  /** Reserves the place of this one. Returns the id of another of the same backup and level that has it. */
  reserve(order: VerificationOrder): Promise<string | undefined>;
}

/**
 * Lets a verification on demand in: of two at the same moment one is refused with `verification-already-running`. Who
 * asked is put on record.
 */
export async function admitVerification(
  { body: order }: Exchange<VerificationOrder>,
  {
    standingVerifications,
    log,
  }: { readonly standingVerifications: StandingVerifications; readonly log: Log },
): Promise<VerificationOrder> {
  const { verificationId, level, requestedBy, reason } = order;
  const { backupId } = order.order;
  const facts = { who: requestedBy, backupId, level, reason };
  const other = await standingVerifications.reserve(order);
  if (other === undefined) {
    log.info({ audit: 'verification', verificationId, ...facts }, 'a verification was asked for');
    return order;
  }
  log.warn(
    { audit: 'refused', by: other, ...facts },
    'a verification was refused: the same one is under way',
  );
  throw new CodedError(
    'verification-already-running',
    `backup ${backupId} is being verified at level ${level} already, by verification ${other}; wait until it has ended`,
    { facts: { backupId, level, verificationId: other } },
  );
}
