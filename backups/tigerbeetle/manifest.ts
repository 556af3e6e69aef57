import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import { instant } from '../../model/backup-order.ts';
import type { Manifest, ManifestObject } from '../../model/manifest.ts';
import { kinds } from './columns.ts';

const count = z.int().nonnegative();
/** Unsigned integers of up to 128 bits, as decimal text. */
const integer = z.string().regex(/^[0-9]{1,39}$/);

/**
 * The newest row of a kind that the chain holds, and how many there are up to it; timestamp 0 when there is none.
 * `imported` tells a ledger from one that was restored from its backups: there, all rows are.
 */
const position = z.strictObject({
  timestamp: integer,
  id: integer,
  rows: count,
  imported: z.boolean().default(false),
});

export const ledgerDetails = z.strictObject({
  format: z.literal(1),
  /** Decimal. */
  clusterId: z.string(),
  /** Timestamp of the ledger up to which everything is held, ns. */
  asOf: integer,
  /** The worker's clock before the ledger was asked for `asOf`: until then nothing else had happened. */
  takenAt: instant,
  /** Backups since the full one that the chain begins with; 0 for a full one. */
  depth: count,
  /** Full backups, this one counted, since one that read all of the ledger; 0 for that one. */
  since: count,
  accounts: position,
  transfers: position,
  /**
   * Stored rows, in order: a full names all of them, a log those after its parent's position. `from` is left out, `to`
   * included.
   */
  segments: z.array(
    z.strictObject({ kind: z.enum(kinds), from: integer, to: integer, rows: count, path: z.string() }),
  ),
  /** Accounts whose balances were recomputed and compared; null for a log. */
  balanced: count.nullable(),
  /** Paths of what all transfers up to the newest one add up to: the next full backup begins its sums with it. */
  sums: z.strictObject({ balances: z.string(), pendings: z.string() }).nullable().default(null),
});
export type LedgerDetails = Readonly<z.infer<typeof ledgerDetails>>;
export type Segment = LedgerDetails['segments'][number];
export type Position = LedgerDetails['accounts'];

export const nothing: Position = { timestamp: '0', id: '0', rows: 0, imported: false };

/** A segment with the object that holds it. */
export interface StoredSegment extends Segment {
  readonly object: ManifestObject;
}

/** The details of a manifest that was read. Throws `object-damaged` for another type's or an unknown shape. */
export function detailsOf(manifest: Manifest): LedgerDetails {
  const parsed = ledgerDetails.safeParse(manifest.body.details);
  if (parsed.success) return parsed.data;
  throw new CodedError(
    'object-damaged',
    `The manifest of backup ${manifest.header.backupId} does not describe a ledger backup that this version can read: ${z.prettifyError(parsed.error)}`,
    { cause: parsed.error, facts: { backupId: manifest.header.backupId } },
  );
}

/** All segments of a chain, in order, each with its object. Throws `object-damaged` where they leave a gap. */
export function segmentsOf(chain: readonly Manifest[]): readonly StoredSegment[] {
  const segments: StoredSegment[] = [];
  const ends = { accounts: '0', transfers: '0' };
  for (const manifest of chain) {
    const objects = new Map(manifest.body.objects.map((object) => [object.path, object]));
    for (const segment of detailsOf(manifest).segments) {
      const object = objects.get(segment.path);
      if (object === undefined || segment.from !== ends[segment.kind]) {
        throw new CodedError(
          'object-damaged',
          `The ${segment.kind} of backup ${manifest.header.backupId} are not complete: after ${ends[segment.kind]} comes ${segment.from}.`,
          { facts: { backupId: manifest.header.backupId } },
        );
      }
      ends[segment.kind] = segment.to;
      segments.push({ ...segment, object });
    }
  }
  return segments;
}
