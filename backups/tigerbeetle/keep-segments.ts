import { errorCode } from '../../errors/coded-error.ts';
import type { BackupJob } from '../backup-taker.ts';
import type { Database } from '../duckdb/database.ts';
import { nothing, type Position, type StoredSegment } from './manifest.ts';
import { withSegment } from './open-segment.ts';
import type { Rows } from './take-rows.ts';

/**
 * Refers to stored segments instead of reading their rows from the ledger: those of at least half the full size, so that
 * small ones are put together in the end. They were proven when they were stored, and verifications prove them again;
 * here it is only seen that each is there with its size. Returns how many are not, and will be read anew.
 */
export async function keepSegments(
  rows: Rows,
  { segments, end }: { readonly segments: readonly StoredSegment[]; readonly end: Position },
  work: {
    readonly job: BackupJob;
    readonly database: Database;
    readonly segmentRows: number;
    /** Given the rows of a segment, where those are wanted. */
    readonly open?: {
      readonly wants: (segment: StoredSegment) => boolean;
      readonly use: (from: string) => Promise<void>;
    };
  },
): Promise<number> {
  const { job, segmentRows, open } = work;
  const large = segments.filter((segment) => segment.rows * 2 >= segmentRows);
  const allThere = (await job.catalog.lacking(large.map(({ object }) => object))) === undefined;
  let damaged = 0;
  for (const segment of large) {
    await rows.readTo(BigInt(segment.from));
    if (rows.position().timestamp !== segment.from && segment.from !== nothing.timestamp) continue;
    const lacking = allThere ? undefined : await job.catalog.lacking([segment.object]);
    const problem = lacking ?? (open?.wants(segment) === true ? await used(segment, work) : undefined);
    if (problem === undefined) {
      // Only the newest row of all is asked for, and only where nothing is read after it.
      await rows.keep(segment, segment.to === end.timestamp ? end : nothing);
    } else {
      job.log.warn({ path: segment.path, problem }, 'a stored segment is read anew from the ledger');
      damaged += 1;
    }
  }
  return damaged;
}

/** Opens a segment for its rows; what is damaged about it, if anything is. */
async function used(
  segment: StoredSegment,
  { job, database, open }: Parameters<typeof keepSegments>[2],
): Promise<string | undefined> {
  const { catalog, scratch: folder, signal, progress } = job;
  try {
    await withSegment(segment, { catalog, database, folder, signal, progress }, async ({ from }) => {
      await open?.use(from);
    });
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (!['object-damaged', 'object-not-found'].includes(code)) throw error;
    return code;
  }
}
