import { batchLimit, type Ledger } from '../../stores/ledger/port.ts';

/** Timestamps in ns; `from` is left out, `to` is included. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** What a page is asked by; timestamps in ns, both included. */
export interface PageQuery {
  readonly timestampMin: bigint;
  readonly timestampMax: bigint;
  readonly limit: number;
}

type Query<Found> = (query: PageQuery) => Promise<readonly Found[]>;

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

/**
 * The same, each page given to `use` and let go before the next is waited for: a page that lives on while the next comes
 * in is moved about by the garbage collector, and a ledger's worth of them fills the memory.
 */
export async function eachPage<Found extends { readonly timestamp: bigint }>(
  query: Query<Found>,
  { from, to }: Range,
  work: {
    readonly signal: AbortSignal;
    readonly use: (page: readonly Found[]) => Promise<void> | void;
  },
): Promise<void> {
  const ask = (after: bigint): Asked<Found> | undefined => {
    if (after >= to) return undefined;
    const page = query({ timestampMin: after + 1n, timestampMax: to, limit: batchLimit });
    page.catch(() => undefined);
    return { page };
  };
  const useOne = async (asked: Asked<Found>): Promise<Asked<Found> | undefined> => {
    const page = await asked.page;
    work.signal.throwIfAborted();
    const last = page.at(-1);
    if (last === undefined) return undefined;
    const following = ask(last.timestamp);
    await work.use(page);
    return following;
  };
  for (let asked = ask(from); asked !== undefined;) asked = await useOne(asked);
}

interface Asked<Found> {
  readonly page: Promise<readonly Found[]>;
}

/** The newest account and the newest transfer; undefined where there is none. */
export async function newestOf(ledger: Ledger) {
  const [[account], [transfer]] = await Promise.all([
    ledger.queryAccounts({ limit: 1, reversed: true }),
    ledger.queryTransfers({ limit: 1, reversed: true }),
  ]);
  return { account, transfer };
}
