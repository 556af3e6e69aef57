import type { Ledger } from '../../stores/ledger/port.ts';
import type { BackupJob, BackupTaker, Taken } from '../backup-taker.ts';
import { chooseParent, type KnownManifests, type Parent } from './choose-parent.ts';
import { beginSums } from './earlier-backup.ts';
import type { LedgerDetails } from './manifest.ts';
import { createStaging, type Staging } from './staging.ts';
import { takeFull, type TakenRows } from './take-full.ts';
import { takeLog } from './take-log.ts';

export interface TigerbeetleTakerOptions {
  /** Closed with the taker. */
  readonly ledger: Ledger;
  /** Decimal; backups of another cluster are not gone on from. */
  readonly clusterId: string;
  /** Rows of a stored object at most. */
  readonly segmentRows?: number;
  /** Backups in a chain, the full one counted; then the next log is a full. */
  readonly fullEvery?: number;
  /** Of full backups, one in so many reads all of the ledger anew. */
  readonly readAllEvery?: number;
  /** Of DuckDB, e.g. `64MB`; what does not fit is spilled to the scratch folder. */
  readonly memoryLimit?: string;
}

const defaults = { segmentRows: 122_880, fullEvery: 100, readAllEvery: 28, memoryLimit: '64MB' };
type Settings = TigerbeetleTakerOptions & typeof defaults & { readonly known: KnownManifests };

/** Backs up a ledger by reading it through the protocol: every account and transfer, or those since the last backup. */
export function createTigerbeetleTaker(options: TigerbeetleTakerOptions): BackupTaker {
  const settings: Settings = { ...defaults, ...options, known: new Map() };
  return {
    type: 'tigerbeetle',
    close: () => options.ledger.close(),
    async take(job) {
      const staging = createStaging(job.scratch, settings.memoryLimit, job.signal);
      try {
        return await takeFrom(job, settings, staging);
      } catch (error) {
        job.signal.throwIfAborted();
        throw error;
      } finally {
        await staging.close();
      }
    },
  };
}

async function takeFrom(job: BackupJob, settings: Settings, staging: Staging): Promise<Taken> {
  const { ledger, segmentRows } = settings;
  const takenAt = new Date().toISOString();
  const parent = await chooseParent(job, ledger, settings);
  if (job.order.scope === 'incremental' && 'manifest' in parent) {
    const rows = await takeLog(job, ledger, { staging, segmentRows, parent: parent.details });
    return describe(rows, {
      settings,
      takenAt,
      parent,
      depth: parent.details.depth + 1,
      since: parent.details.since,
      notes: [],
    });
  }
  const database = await staging.opened();
  const { earlier, ...begun } = await beginSums(job, parent, { ...settings, database });
  const rows = await takeFull(job, ledger, { staging, segmentRows, earlier });
  const why = 'none' in parent ? parent.none : '';
  return describe(rows, {
    settings,
    takenAt,
    parent: { none: why },
    depth: 0,
    since: begun.since,
    notes: [
      ...(job.order.scope === 'incremental' ? [`taken in full: ${why}`] : []),
      ...begun.notes,
      ...(rows.damaged > 0 ? [`${rows.damaged} damaged objects were read anew from the ledger`] : []),
    ],
  });
}

async function describe(
  rows: TakenRows,
  about: {
    readonly settings: Settings;
    readonly takenAt: string;
    readonly parent: Parent;
    readonly depth: number;
    readonly since: number;
    readonly notes: readonly string[];
  },
): Promise<Taken> {
  const { parent, depth, since, takenAt, notes } = about;
  const { clusterId } = about.settings;
  const segments = [...(await rows.accounts.segments()), ...(await rows.transfers.segments())];
  const asOf = String(rows.asOf);
  const details: LedgerDetails = {
    ...{ format: 1, clusterId, asOf, takenAt, depth, since, balanced: rows.balanced },
    accounts: rows.accounts.position(),
    transfers: rows.transfers.position(),
    segments: segments.map(({ kind, from, to, rows: count, path }) => ({
      kind,
      from,
      to,
      rows: count,
      path,
    })),
    sums: rows.sums && { balances: rows.sums.balances.path, pendings: rows.sums.pendings.path },
  };
  const chained = 'manifest' in parent;
  return {
    scope: chained ? 'incremental' : 'full',
    snapshotAt: new Date(Math.max(Date.parse(takenAt), Math.ceil(Number(rows.asOf) / 1e6))).toISOString(),
    parent: chained
      ? { backupId: parent.manifest.header.backupId, manifestSha256: parent.manifest.sha256 }
      : null,
    compression: 'zstd',
    note: notes.length > 0 ? notes.join('; ') : null,
    objects: [
      ...segments.map(({ object }) => object),
      ...(rows.sums === null ? [] : [rows.sums.balances, rows.sums.pendings]),
    ],
    source: { clusterId, asOf, takenAt },
    details,
  };
}
