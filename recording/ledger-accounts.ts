import { createHash } from 'node:crypto';

/** The id of an account: 128 bits that its name always gives. */
export function accountOf(name: string): bigint {
  const digest = createHash('sha256').update(`backup-scheduler/account/${name}`).digest('hex');
  return BigInt(`0x${digest.slice(0, 32)}`);
}
