import { batchLimit, type Ledger } from '../../stores/ledger/port.ts';
import { newestOf } from './read-pages.ts';
import type { Rows } from './take-rows.ts';

/** Times that what came in while the rest was read is read too, before T is settled. */
const rounds = 3;

/**
 * Reads transfers up to a timestamp T, and returns T: the newest timestamp in the ledger, asked again while much comes
 * in. Accounts up to T are read afterwards: every account of a transfer up to T is among them.
 *
 * Why nothing at or before T can still appear: TigerBeetle gives every request, queries too, a place in one sequence and
 * a timestamp that only rises, and an answer shows all that came before it (strict serializability,
 * https://docs.tigerbeetle.com/coding/time/). T is not above the timestamp of the queries that found it, and whatever
 * comes after their answers has a later one. The Redis ledger keeps the same promise: it stores a batch only if no other
 * came since its timestamps were chosen. `imported` events are the exception: they bring their own timestamps, which
 * must be above the newest of their kind, and so may lie before T if that is of the other kind. For them each kind has a
 * position of its own, its newest row, and the next backup goes on from there.
 */
export async function readToNow(ledger: Ledger, transfers: Rows): Promise<bigint> {
  for (let round = 1; ; round += 1) {
    const { account, transfer } = await newestOf(ledger);
    const [a, t] = [account?.timestamp ?? 0n, transfer?.timestamp ?? 0n];
    const asOf = a > t ? a : t;
    const read = await transfers.readTo(asOf);
    if (read < batchLimit || round === rounds) return asOf;
  }
}
