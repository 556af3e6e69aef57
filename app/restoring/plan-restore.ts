import type { Selection } from '../../backups/backup-restorer.ts';
import { chooseBackup, type Wanted } from '../../backups/restoring/choose-backup.ts';
import { laterByClock } from '../../backups/restoring/later-by-clock.ts';
import { inWords } from '../../backups/restoring/passed-over.ts';
import type { Configuration } from '../../config/configuration.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { ManifestHeader } from '../../model/manifest.ts';
import type { OpenedBackups } from './open-backups.ts';
import { type FileType, openRestorer } from './readers.ts';

/** What a restore will read, known before it begins. */
export interface RestorePlan {
  readonly header: ManifestHeader;
  /** Manifests of its chain, itself included. */
  readonly manifests: number;
  readonly objects: number;
  readonly plainBytes: number;
  readonly sealedBytes: number;
  /** At most, where the target is. */
  readonly neededBytes: number;
  /** What is chosen and what is left out, in words; empty when all is restored. */
  readonly lines: readonly string[];
  /** What is broken of its chain and not needed for this restore, and what clocks and fencing tokens tell differently. */
  readonly warnings: readonly string[];
}

/** Chooses the backup and says what a restore of it reads. Throws `backup-not-found`, `object-damaged`, `invalid-request`. */
export async function planRestore(
  { vault, catalog }: OpenedBackups,
  asked: { readonly type: FileType; readonly wanted: Wanted; readonly selection: Selection },
  configuration: Pick<Configuration, 'sources'>,
): Promise<RestorePlan> {
  const { type, wanted, selection } = asked;
  const { header } = await chooseBackup({ catalog, store: vault.store }, type, wanted);
  const { warnings, ...chain } = await chainOf(catalog, type, header.backupId);
  const later = wanted.backupId === undefined ? laterByClock(header, await catalog.headers(type)) : [];
  const restorer = openRestorer(type, catalog, configuration);
  const { objects, neededBytes, lines } = await restorer.outline(header.backupId, selection);
  const sum = (field: 'plainBytes' | 'sealedBytes'): number =>
    objects.reduce((total, object) => total + object[field], 0);
  return {
    header,
    ...chain,
    ...{ objects: objects.length, plainBytes: sum('plainBytes'), sealedBytes: sum('sealedBytes') },
    ...{ neededBytes, lines },
    warnings: [...later.map(inWords), ...warnings],
  };
}

/** A broken link that this restore does not read is said, not refused: all that it reads is proven. */
async function chainOf(
  catalog: OpenedBackups['catalog'],
  type: FileType,
  backupId: string,
): Promise<Pick<RestorePlan, 'manifests' | 'warnings'>> {
  try {
    return { manifests: (await catalog.chain(type, backupId)).length, warnings: [] };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { manifests: 1, warnings: [`its chain is broken: ${errorText(error)}`] };
  }
}
