import { createHash } from 'node:crypto';
import { hasFlag, type Transfer, transferFlags } from '../../../stores/ledger/port.ts';
import type { RowColumns } from '../row-columns.ts';

/** A pending transfer that expired, and when (ns). */
export interface Expired {
  readonly pending: Transfer;
  /** Or, where something imported needs it, an earlier moment. */
  readonly expires: bigint;
}

/**
 * A void for each pending transfer that expired, in order. A ledger makes no transfer when it releases one, and imported
 * ones cannot expire by themselves. Each void comes at the moment of expiry, so that limits of accounts hold in what
 * follows: at the first timestamp from there on that no transfer and no account has, and never inside a chain of linked
 * transfers. The same history gives the same voids, whatever the time it is restored to.
 */
export async function* voidsOf(
  /** In the order in which they expire. */
  expired: AsyncIterator<Expired>,
  /** Timestamps and flags of all transfers, in order. */
  transfers: AsyncIterable<RowColumns>,
  takenByAccounts: ReadonlySet<bigint>,
): AsyncGenerator<Transfer> {
  let next = await following(expired);
  let last = 0n;

  const slotOf = ({ expires }: Expired): bigint => {
    let slot = expires > last ? expires : last + 1n;
    while (takenByAccounts.has(slot)) slot += 1n;
    return slot;
  };

  let inChain = false;
  for await (const { rows, columns } of transfers) {
    const [timestamps, flags] = columns;
    for (let at = 0; at < rows; at += 1) {
      const end = BigInt(timestamps?.[at] ?? 0);
      while (next !== undefined && !inChain) {
        const slot = slotOf(next);
        if (slot >= end) break;
        yield voidOf(next.pending, slot);
        last = slot;
        next = await following(expired);
      }
      last = end;
      inChain = hasFlag(Number(flags?.[at]), transferFlags.linked);
    }
  }
  while (next !== undefined) {
    last = slotOf(next);
    yield voidOf(next.pending, last);
    next = await following(expired);
  }
}

async function following(expired: AsyncIterator<Expired>): Promise<Expired | undefined> {
  const result = await expired.next();
  return result.done === true ? undefined : result.value;
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
