import type { BackupCatalog } from '../backups/backup-taker.ts';
import { completedAs, storedManifest } from '../backups/stored-manifest.ts';
import type { Clock } from '../engine/clock.ts';
import { CodedError } from '../errors/coded-error.ts';
import type { BackupEventOf } from '../model/backup-event.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import type { ObjectStore } from '../stores/objects/port.ts';

export interface LostAttempt {
  readonly order: BackupOrder;
  readonly startTime: string | null;
  readonly fencingToken: number | null;
  readonly worker: string | null;
}

export interface Evidence {
  readonly catalog: Pick<BackupCatalog, 'read'>;
  readonly objects: Pick<ObjectStore, 'location'>;
  readonly clock: Clock;
}

/**
 * How an attempt ended that nobody is at work on any more: completed where its manifest is stored, else failed for
 * `reason`. A manifest that is damaged is a failure of its own. Throws when the store cannot be asked.
 */
export async function endOfLostAttempt(
  attempt: LostAttempt,
  reason: BackupEventOf<'failed'>['error'] & { readonly interrupted?: boolean },
  { catalog, objects, clock }: Evidence,
): Promise<BackupEventOf<'completed' | 'failed'>> {
  const at = new Date(clock.now()).toISOString();
  const { interrupted = false, ...error } = reason;
  const failed: BackupEventOf<'failed'> = { kind: 'failed', at, endTime: at, ...attempt, error, interrupted };
  try {
    const manifest = await storedManifest(catalog, attempt.order);
    return manifest === undefined ? failed : { ...completedAs(attempt.order, manifest, objects), at };
  } catch (thrown) {
    if (!(thrown instanceof CodedError) || thrown.code !== 'object-damaged') throw thrown;
    return { ...failed, error: { code: thrown.code, message: thrown.message } };
  }
}
