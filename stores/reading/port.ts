import type { VerificationOrder } from '../../model/verification.ts';

/**
 * Who reads what, so that nothing that is being read is pruned, and the same thing is not read twice by the same kind of
 * work. A lease that is not taken again in time runs out.
 */
export interface ReadLeases {
  /**
   * Takes the lease of that name for `holder`, or extends it, by `ttlMs`. Returns whose it is then: another's where another
   * holds it. One atomic step.
   */
  take(name: string, holder: string, ttlMs: number): Promise<string>;
  /** Gives it up, where it is the holder's. */
  release(name: string, holder: string): Promise<void>;
  /** Names that begin so and are held. */
  held(prefix: string): Promise<readonly string[]>;
}

/** What reads a backup holds a lease whose name begins with this: neither it nor what it builds on may be pruned. */
export function backupLease(backupId: string): string {
  return `backup/${backupId}/`;
}

/** The lease under which a backup is verified at a level. */
export function verificationLease({ order, level }: VerificationOrder): string {
  return `${backupLease(order.backupId)}verification-${level}`;
}
