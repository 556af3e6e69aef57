import { chooseBackup, newestBackup } from '../../backups/tigerbeetle/restore/choose-backup.ts';
import { inWords } from '../../backups/restoring/passed-over.ts';
import { passedOver } from '../../backups/tigerbeetle/restore/passed-over.ts';
import { planOf } from '../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import type { Configuration } from '../../config/configuration.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { nanosecondsOf } from '../../model/moment.ts';
import type {
  RestoreForecast,
  RestorePlanner,
  RestoreRequest,
} from '../../processors/restoring/restore-request.ts';
import type { Recoveries } from '../../stores/metadata/recovery-port.ts';
import { confineTarget } from './confine-target.ts';
import type { OpenedBackups } from './open-backups.ts';
import { planRestore } from './plan-restore.ts';

/** Looks into manifests alone: no object is opened, nothing is written. */
export function restorePlanner(
  configuration: Pick<Configuration, 'sources' | 'restores'>,
  opened: OpenedBackups,
  metadata: Pick<Recoveries, 'restoreRate'>,
): RestorePlanner {
  return {
    confine: (request) => confineTarget(request, configuration.restores),
    async forecast(request) {
      const { backupType } = request;
      const plan =
        backupType === 'tigerbeetle'
          ? await ledgerPlan(request, opened)
          : await filePlan({ ...request, backupType }, opened, configuration);
      const rate = await metadata.restoreRate(backupType);
      return {
        ...plan,
        estimatedSeconds: rate === undefined ? null : Math.ceil(plan.plainBytes / rate),
      };
    },
  };
}

type Plan = Omit<RestoreForecast, 'estimatedSeconds'>;

async function filePlan(
  { backupType, backupId, at, tables, tenant }: RestoreRequest & { backupType: 'duckdb' | 'parquet' },
  opened: OpenedBackups,
  configuration: Pick<Configuration, 'sources'>,
): Promise<Plan> {
  const asked = {
    type: backupType,
    wanted: {
      ...(backupId === undefined ? {} : { backupId }),
      ...(at === undefined ? {} : { at: Date.parse(at) }),
    },
    selection: { ...(tables === undefined ? {} : { tables }), ...(tenant === undefined ? {} : { tenant }) },
  };
  const plan = await planRestore(opened, asked, configuration);
  const { header, objects, plainBytes, sealedBytes, neededBytes, lines, warnings } = plan;
  return {
    ...{ backupId: header.backupId, objects, plainBytes, sealedBytes, neededBytes },
    notes: [...lines, ...warnings],
  };
}

async function ledgerPlan(
  { backupId, at, tables, tenant }: RestoreRequest,
  { catalog, vault }: OpenedBackups,
): Promise<Plan> {
  if (tables !== undefined || tenant !== undefined) {
    throw new CodedError('invalid-request', 'A ledger has no tables: it is restored as a whole.');
  }
  const named = backupId === undefined ? undefined : { backupId };
  const wanted = at === undefined ? named : { at: nanosecondsOf(at) };
  const plan = planOf(await chooseBackup(catalog, wanted ?? { backupId: await newestBackup(catalog) }));
  const { objects, plainBytes, sealedBytes } = plan;
  const over = await passedOver({ catalog, store: vault.store }, wanted, plan.backupId);
  return {
    ...{ backupId: plan.backupId, objects, plainBytes, sealedBytes, neededBytes: plainBytes },
    notes: over.map(inWords),
  };
}
