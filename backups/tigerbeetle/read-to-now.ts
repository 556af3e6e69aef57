import { batchLimit, type Ledger } from '../../stores/ledger/port.ts';
import { newestOf } from './read-pages.ts';
import type { Rows } from './take-rows.ts';

/** Times that what came in while the rest was read is read too, before T is settled. */
const rounds = 3;

/**
 * Reads transfers up to a timestamp T, and returns T: the newest timestamp in the ledger, asked again while much comes
 * in. Accounts up to T are read afterwards: every account of a transfer up to T is among them.
 *
 * Why nothing at or before T can still appear (TigerBeetle 0.17.9, src/vsr/replica.zig and src/state_machine.zig): the
 * primary puts every request, queries too, into one sequence, each with a timestamp above those of all before it:
 * `Replica.primary_pipeline_prepare` takes the greater of the clock and `prepare_timestamp + 1`, then
 * `StateMachine.prepare` adds the number of events, and a new primary begins above what it finds
 * (`primary_set_log_from_join_view_messages`). Requests are executed in that order; `Replica.execute_op` and
 * `StateMachine.commit` assert that `commit_timestamp` only rises, and an event gets the request's timestamp less its
 * distance from the batch's end, which `create_account` and `create_transfer` assert to be above `commit_timestamp`. A
 * query therefore shows everything whose place is before its own, T is below the queries that found it, and whatever
 * comes later lies above T. (The promise: https://docs.tigerbeetle.com/coding/time/ and /concepts/safety/, strict
 * serializability.) The Redis ledger keeps it too: it stores a batch only if no other came since its timestamps were
 * chosen.
 *
 * `imported` events are the exception: they bring their own timestamps, which must be above the newest of their kind
 * (else `imported_event_timestamp_must_not_regress`), and so may lie before T if that is of the other kind. For them each
 * kind has a position of its own, its newest row, and the next backup goes on from there.
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
