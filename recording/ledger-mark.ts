import type { EventStream } from '../stores/events/port.ts';
import type { Ledger } from '../stores/ledger/port.ts';

const reader = 'ledger';
/** A cursor, and a transfer's id in hexadecimal digits. */
const mark = /^(\S+) ([0-9a-f]{1,32})$/;

/** Notes that the ledger holds the events up to a cursor, and this transfer. */
export async function noteRecorded(
  stream: EventStream,
  { cursor, transferId }: { readonly cursor: string; readonly transferId: bigint },
): Promise<void> {
  await stream.note(reader, `${cursor} ${transferId.toString(16)}`);
}

/**
 * The cursor up to which an earlier leader has recorded; undefined where that is not certain, and all must be recorded
 * again: nothing was noted, the stream no longer holds that event, or the ledger not the transfer (another ledger, or one
 * restored to an earlier time).
 */
export async function recordedUpTo(stream: EventStream, ledger: Ledger): Promise<string | undefined> {
  const [, cursor, transfer] = mark.exec((await stream.noted(reader)) ?? '') ?? [];
  if (cursor === undefined || !(await stream.has(cursor))) return undefined;
  const [found] = await ledger.lookupTransfers([BigInt(`0x${transfer ?? 0}`)]);
  return found === undefined ? undefined : cursor;
}
