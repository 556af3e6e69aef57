import type { Restored, Selection } from '../../backups/backup-restorer.ts';
import type { Wanted } from '../../backups/restoring/choose-backup.ts';
import { requireFreeSpace } from '../../backups/restoring/free-space.ts';
import { placeTarget, requirePlace, type TargetKind } from '../../backups/restoring/place-target.ts';
import type { Configuration } from '../../config/configuration.ts';
import { openMeasuredRates, restoring } from './measured-rates.ts';
import type { OpenedBackups } from './open-backups.ts';
import { planRestore, type RestorePlan } from './plan-restore.ts';
import { type FileType, openRestorer } from './readers.ts';

export interface FileRestoreOrder {
  readonly type: FileType;
  readonly wanted: Wanted;
  readonly to: string;
  readonly selection: Selection;
  readonly overwrite: boolean;
}

export interface RestoreWatch {
  readonly signal: AbortSignal;
  /**
   * Hears of the plan before anything is written; the estimate is by what earlier restores took on this machine, null
   * without any.
   */
  readonly begin: (plan: RestorePlan, estimateMs: number | null) => void;
  /** Hears what was left of killed restores, and what became of it. */
  readonly swept: (told: readonly string[]) => void;
  /** Plain bytes read since the last call. */
  readonly progress: (bytes: number) => void;
}

const targetKinds: Readonly<Record<FileType, TargetKind>> = { duckdb: 'file', parquet: 'folder' };

/** Restores a backup with object store and key alone. Throws what planning, placing and restoring throw. */
export async function restoreBackup(
  configuration: Pick<Configuration, 'sources' | 'scratch'>,
  opened: OpenedBackups,
  { order, watch }: { readonly order: FileRestoreOrder; readonly watch: RestoreWatch },
): Promise<RestorePlan & Restored & { readonly durationMs: number }> {
  const { type, selection } = order;
  const plan = await planRestore(opened, order, configuration);
  const { plainBytes, header } = plan;
  const rates = await openMeasuredRates(configuration.scratch.folder);
  const target = { ...order, kind: targetKinds[type], swept: watch.swept };
  return placeTarget(target, async (to) => {
    watch.begin(plan, rates.estimate(restoring(type), plainBytes));
    await requireFreeSpace(to, plan.neededBytes);
    const { signal, progress } = watch;
    const begun = performance.now();
    const restored = await openRestorer(type, opened.catalog, configuration).restore({
      ...{ backupId: header.backupId, to, signal, progress },
      ...selection,
    });
    const durationMs = Math.round(performance.now() - begun);
    await rates.remember(restoring(type), plainBytes, durationMs);
    return { ...plan, ...restored, durationMs };
  });
}

/** Everything of a restore but reading, writing and sweeping. Throws what is wrong with backup, selection or target. */
export async function rehearseRestore(
  configuration: Pick<Configuration, 'sources' | 'scratch'>,
  opened: OpenedBackups,
  { order, begin }: { readonly order: FileRestoreOrder; readonly begin: RestoreWatch['begin'] },
): Promise<RestorePlan> {
  const plan = await planRestore(opened, order, configuration);
  const rates = await openMeasuredRates(configuration.scratch.folder);
  begin(plan, rates.estimate(restoring(order.type), plan.plainBytes));
  await requirePlace({ ...order, kind: targetKinds[order.type] });
  await requireFreeSpace(order.to, plan.neededBytes);
  return plan;
}
