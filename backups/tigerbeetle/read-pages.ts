import { batchLimit, type Ledger } from '../../stores/ledger/port.ts';

/** Timestamps in ns; `from` is left out, `to` is included. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

type Query<Found> = (query: {
  readonly timestampMin: bigint;
  readonly timestampMax: bigint;
  readonly limit: number;
}) => Promise<readonly Found[]>;

/**
 * Everything of one kind in a range, by timestamp, in pages of what fits in a message. The next page is asked for before
 * this one is given out, so that the ledger works while the page is worked on. A cluster may be set to smaller messages,
 * and then gives shorter pages: only the last timestamp, or an empty page, is the end.
 */
export async function* readPages<Found extends { readonly timestamp: bigint }>(
  query: Query<Found>,
  { from, to }: Range,
  signal?: AbortSignal,
): AsyncGenerator<readonly Found[], void, undefined> {
  const ask = (after: bigint): Promise<readonly Found[]> => {
    const page = query({ timestampMin: after + 1n, timestampMax: to, limit: batchLimit });
    // Whoever waits for the page hears of it; one that is asked for ahead may never be waited for.
    page.catch(() => undefined);
    return page;
  };
  let next = from < to ? ask(from) : undefined;
  while (next !== undefined) {
    const page = await next;
    signal?.throwIfAborted();
    const last = page.at(-1);
    if (last === undefined) return;
    next = last.timestamp < to ? ask(last.timestamp) : undefined;
    yield page;
  }
}

/** The newest account and the newest transfer; undefined where there is none. */
export async function newestOf(ledger: Ledger) {
  const [[account], [transfer]] = await Promise.all([
    ledger.queryAccounts({ limit: 1, reversed: true }),
    ledger.queryTransfers({ limit: 1, reversed: true }),
  ]);
  return { account, transfer };
}
