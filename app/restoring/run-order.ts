import { inWords } from '../../backups/restoring/passed-over.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { Log } from '../../engine/log.ts';
import { nanosecondsOf } from '../../model/moment.ts';
import type { RestoreOrder } from '../../model/restore-order.ts';
import type { FinishedRestore, RestoreFrame } from '../../workers/execute-restore.ts';
import { confineTarget } from './confine-target.ts';
import type { OpenedBackups } from './open-backups.ts';
import { restoreBackup } from './restore-backup.ts';
import { restoreLedger } from './restore-ledger.ts';

type Watch = Parameters<RestoreFrame['restore']>[1];

/** Ids that a note of a ledger names at most. */
const named = 100;

/** Runs the restores of the API, each only where the configuration lets it go. */
export function orderRunner(
  configuration: Configuration,
  opened: OpenedBackups,
  log: Log,
): RestoreFrame['restore'] {
  return async (order, watch) => {
    const to = await confineTarget(order, configuration.restores);
    return order.backupType === 'tigerbeetle'
      ? restoreOneLedger({ ...order, to }, { configuration, opened, log }, watch)
      : restoreFile({ ...order, to }, { configuration, opened, log }, watch);
  };
}

interface Means {
  readonly configuration: Configuration;
  readonly opened: OpenedBackups;
  readonly log: Log;
}

async function restoreFile(
  order: RestoreOrder,
  { configuration, opened, log }: Means,
  { signal, progress }: Watch,
): Promise<FinishedRestore> {
  const { restoreId, backupType, backupId, to, tables, tenant } = order;
  if (backupType === 'tigerbeetle') throw new TypeError('a ledger is no file');
  let [done, total] = [0, 0];
  const asked = {
    ...{ type: backupType, wanted: { backupId }, to, overwrite: false },
    selection: { ...(tables === null ? {} : { tables }), ...(tenant === null ? {} : { tenant }) },
  };
  return restoreBackup(configuration, opened, {
    order: asked,
    watch: {
      signal,
      begin({ plainBytes }) {
        total = plainBytes;
        progress({ done, total, unit: 'bytes' });
      },
      swept(told) {
        log.warn({ restoreId, told }, 'what killed restores had left was put right');
      },
      progress(bytes) {
        done += bytes;
        progress({ done, total, unit: 'bytes' });
      },
    },
  });
}

async function restoreOneLedger(
  { to, at, backupId }: RestoreOrder,
  { configuration, opened, log }: Means,
  { signal, progress }: Watch,
): Promise<FinishedRestore> {
  const reading = { done: 0, total: 0 };
  const writing = { done: 0, total: 0 };
  const order = {
    ...{ to, clusterId: configuration.restores.tigerbeetle.clusterId, dryRun: false },
    wanted: at === null ? { backupId } : { at: nanosecondsOf(at) },
  };
  const restored = await restoreLedger(
    opened,
    { order, configuration, log },
    {
      signal,
      begin({ plainBytes, rows }) {
        [reading.total, writing.total] = [plainBytes, rows];
      },
      progress(bytes) {
        reading.done += bytes;
        progress({ ...reading, unit: 'bytes' });
      },
      wrote(events) {
        writing.done += events;
        progress({ ...writing, unit: 'rows' });
      },
    },
  );
  const { total, voided, open, passedOver, plainBytes, sealedBytes, objects } = restored;
  return {
    ...{ counts: { ...total }, plainBytes, sealedBytes, objects },
    notes: [
      ...passedOver.map(inWords),
      ...listed('pending transfers had expired and are voided', voided),
      ...listed(
        'pending transfers are open and no longer expire by themselves',
        open.map(({ id }) => id),
      ),
    ],
  };
}

function listed(what: string, ids: readonly bigint[]): string[] {
  if (ids.length === 0) return [];
  const more = ids.length > named ? ', …' : '';
  return [`${ids.length} ${what}: ${ids.slice(0, named).join(', ')}${more}`];
}
