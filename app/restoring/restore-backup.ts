import type { Restored } from '../../backups/backup-restorer.ts';
import { chooseBackup, type Wanted } from '../../backups/restoring/choose-backup.ts';
import { placeTarget, type TargetKind } from '../../backups/restoring/place-target.ts';
import type { Configuration } from '../../config/configuration.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { ManifestHeader } from '../../model/manifest.ts';
import { openMeasuredRates, restoring } from './measured-rates.ts';
import type { OpenedBackups } from './open-backups.ts';
import { openRestorer, type RestorableType } from './readers.ts';

export interface RestoreOrder {
  readonly type: RestorableType;
  readonly wanted: Wanted;
  readonly to: string;
  readonly tables?: readonly string[];
  readonly overwrite: boolean;
}

/** What a restore will read, known before it begins. */
export interface RestorePlan {
  readonly header: ManifestHeader;
  /** Manifests of its chain, itself included. */
  readonly manifests: number;
  readonly objects: number;
  readonly plainBytes: number;
  readonly sealedBytes: number;
  /** By what earlier restores took on this machine; null where there was none. */
  readonly estimateMs: number | null;
  /** What is broken of its chain and not needed for this restore. */
  readonly warnings: readonly string[];
}

export interface RestoreWatch {
  readonly signal: AbortSignal;
  /** Hears of the plan before anything is written. */
  readonly begin: (plan: RestorePlan) => void;
  /** Plain bytes read since the last call. */
  readonly progress: (bytes: number) => void;
}

const targetKinds: Readonly<Record<RestorableType, TargetKind>> = { duckdb: 'file', parquet: 'folder' };

/** Restores a backup with object store and key alone. */
export async function restoreBackup(
  configuration: Pick<Configuration, 'sources' | 'scratch'>,
  { vault, catalog }: OpenedBackups,
  { order, watch }: { readonly order: RestoreOrder; readonly watch: RestoreWatch },
): Promise<RestorePlan & Restored & { readonly durationMs: number }> {
  const { type, tables } = order;
  const { header } = await chooseBackup({ catalog, store: vault.store }, type, order.wanted);
  const { backupId } = header;
  const restorer = openRestorer(type, catalog, configuration);
  const { objects } = await restorer.outline(backupId, tables === undefined ? {} : { tables });
  const rates = await openMeasuredRates(configuration.scratch.folder);
  const sum = (field: 'plainBytes' | 'sealedBytes'): number =>
    objects.reduce((total, object) => total + object[field], 0);
  const plainBytes = sum('plainBytes');
  const plan: RestorePlan = {
    header,
    ...(await chainOf(catalog, type, backupId)),
    objects: objects.length,
    plainBytes,
    sealedBytes: sum('sealedBytes'),
    estimateMs: rates.estimate(restoring(type), plainBytes),
  };
  return placeTarget({ ...order, kind: targetKinds[type] }, async (to) => {
    watch.begin(plan);
    const begun = performance.now();
    const { signal, progress } = watch;
    const restored = await restorer.restore({
      ...{ backupId, to, signal, progress },
      ...(tables === undefined ? {} : { tables }),
    });
    const durationMs = Math.round(performance.now() - begun);
    await rates.remember(restoring(type), plainBytes, durationMs);
    return { ...plan, ...restored, durationMs };
  });
}

/** A broken link that this restore does not read is said, not refused: all that it reads is proven. */
async function chainOf(
  catalog: OpenedBackups['catalog'],
  type: RestorableType,
  backupId: string,
): Promise<Pick<RestorePlan, 'manifests' | 'warnings'>> {
  try {
    return { manifests: (await catalog.chain(type, backupId)).length, warnings: [] };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { manifests: 1, warnings: [`its chain is broken: ${errorText(error)}`] };
  }
}
