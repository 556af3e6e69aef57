import type { Exchange } from '../engine/exchange.ts';
import type { VerificationOrder } from '../model/verification.ts';
import { verificationAttempts } from '../queues/backup-verifications.ts';

/** Verifies one backup and records how it ended. Throws `Later` while another verification runs. */
export interface Verifier {
  /** `last`: it is not tried again, so that it could not be done is recorded too. */
  run(order: VerificationOrder, how: { readonly signal: AbortSignal; readonly last: boolean }): Promise<void>;
}

export async function verifyBackup(
  { body: order, attempt, signal }: Exchange<VerificationOrder>,
  { verifier }: { readonly verifier: Verifier },
): Promise<VerificationOrder> {
  await verifier.run(order, { signal, last: attempt >= verificationAttempts });
  return order;
}
