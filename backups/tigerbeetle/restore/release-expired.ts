import { createHash } from 'node:crypto';
import { hasFlag, type Transfer, transferFlags } from '../../../stores/ledger/port.ts';

/** A pending transfer that expired, and when (ns). */
export interface Expired {
  readonly pending: Transfer;
  readonly expires: bigint;
}

/**
 * The transfers, with a void for each pending one that expired. A ledger makes no transfer when it releases one, and
 * imported ones cannot expire by themselves. Each void comes at the moment of expiry, so that limits of accounts hold in
 * what follows: at the first timestamp from there on that no transfer and no account has, and never inside a chain of
 * linked transfers. The same history gives the same voids, whatever the time it is restored to.
 */
export async function* releaseExpired(
  transfers: AsyncIterable<readonly Transfer[]>,
  /** In the order in which they expire. */
  expired: readonly Expired[],
  takenByAccounts: ReadonlySet<bigint>,
): AsyncGenerator<readonly Transfer[]> {
  let next = 0;
  let last = 0n;
  let inChain = false;

  function* before(end: bigint | undefined): Generator<Transfer> {
    for (let one = expired[next]; one !== undefined && !inChain; one = expired[next]) {
      let slot = one.expires > last ? one.expires : last + 1n;
      while (takenByAccounts.has(slot)) slot += 1n;
      if (end !== undefined && slot >= end) return;
      yield voidOf(one.pending, slot);
      last = slot;
      next += 1;
    }
  }

  for await (const page of transfers) {
    const merged: Transfer[] = [];
    for (const transfer of page) {
      if (next < expired.length) merged.push(...before(transfer.timestamp));
      merged.push(transfer);
      last = transfer.timestamp;
      inChain = hasFlag(transfer.flags, transferFlags.linked);
    }
    yield merged;
  }
  inChain = false;
  const rest = [...before(undefined)];
  if (rest.length > 0) yield rest;
}

function voidOf(pending: Transfer, timestamp: bigint): Transfer {
  return {
    ...pending,
    id: voidId(pending.id),
    pendingId: pending.id,
    timeout: 0,
    flags: transferFlags.voidPendingTransfer,
    timestamp,
  };
}

/** The same for every restore of the same transfer. */
function voidId(pending: bigint): bigint {
  const digest = createHash('sha256').update(`void of the expired transfer ${pending}`).digest('hex');
  return BigInt(`0x${digest.slice(0, 32)}`);
}
