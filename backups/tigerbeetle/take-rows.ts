import { accountFlags, hasFlag, type Ledger, transferFlags } from '../../stores/ledger/port.ts';
import type { BackupJob } from '../backup-taker.ts';
import type { Kind, RowOf } from './columns.ts';
import { nothing, type Position, type StoredSegment } from './manifest.ts';
import { eachPage } from './read-pages.ts';
import type { Staging } from './staging.ts';
import { createRowStore, type RowStore } from './store-rows.ts';

/** Bytes of an account or a transfer in TigerBeetle. */
export const rowBytes = 128;

const importedFlag = { accounts: accountFlags.imported, transfers: transferFlags.imported };

/** Rows of one kind up to some moment: those in earlier backups, then those read from the ledger. */
export interface Rows {
  position(): Position;
  /** Refers to a stored segment that begins where this has come to; `newest` is its last row. */
  keep(segment: StoredSegment, newest: Pick<Position, 'id' | 'imported'>): Promise<void>;
  /** Reads and stores what follows up to a timestamp; returns how many rows that was. */
  readTo(to: bigint): Promise<number>;
  /** All segments, in order. */
  segments(): Promise<readonly StoredSegment[]>;
}

export function accountQuery(ledger: Ledger) {
  return (asked: Parameters<Ledger['queryAccounts']>[0]): Promise<readonly RowOf['accounts'][]> =>
    ledger.queryAccounts(asked);
}

export function transferQuery(ledger: Ledger) {
  return (asked: Parameters<Ledger['queryTransfers']>[0]): Promise<readonly RowOf['transfers'][]> =>
    ledger.queryTransfers(asked);
}

export function takeRows<Of extends Kind>(
  job: BackupJob,
  query: (asked: Parameters<Ledger['queryAccounts']>[0]) => Promise<readonly RowOf[Of][]>,
  options: {
    readonly kind: Of;
    /** What the chain holds already. */
    readonly begin?: Position;
    readonly segmentRows: number;
    readonly staging: Staging;
    /** Given each table of rows before it goes. */
    readonly seen?: (table: string) => Promise<void>;
    /** Given each page; returns what is stored of it. */
    readonly page?: (page: readonly RowOf[Of][]) => Promise<readonly RowOf[Of][]>;
  },
): Rows {
  const { kind, segmentRows, seen } = options;
  const segments: StoredSegment[] = [];
  let position = options.begin ?? nothing;
  let store: RowStore<RowOf[Of]> | undefined;

  async function open(): Promise<RowStore<RowOf[Of]>> {
    const from = BigInt(position.timestamp);
    store ??= await createRowStore(job, options.staging, {
      ...{ kind, segmentRows, from },
      ...(seen && { seen }),
    });
    return store;
  }

  async function settle(): Promise<void> {
    if (store !== undefined) segments.push(...(await store.stored()));
  }

  return {
    position: () => position,
    async segments() {
      await settle();
      return segments;
    },
    async keep(segment, newest) {
      await settle();
      segments.push(segment);
      const { id, imported } = newest;
      position = { timestamp: segment.to, id, imported, rows: position.rows + segment.rows };
      store?.startAfter(BigInt(segment.to));
    },
    async readTo(to) {
      let read = 0;
      const use = async (page: readonly RowOf[Of][]): Promise<void> => {
        const [count, last] = [page.length, page.at(-1)];
        if (last === undefined) return;
        const [timestamp, id] = [String(last.timestamp), String(last.id)];
        const imported = hasFlag(last.flags, importedFlag[kind]);
        const rows = await open();
        await rows.add(options.page ? await options.page(page) : page);
        job.progress(count * rowBytes);
        read += count;
        position = { timestamp, id, rows: position.rows + count, imported };
      };
      const { signal } = job;
      await eachPage(query, { from: BigInt(position.timestamp), to }, { signal, use });
      return read;
    },
  };
}
