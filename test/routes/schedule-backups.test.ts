import { describe, expect, it } from '@jest/globals';
import { execute } from '../../engine/execute.ts';
import { replaceStep } from '../../engine/replace-step.ts';
import { isKindOrder, type KindOrder } from '../../model/kind-order.ts';
import { backupKind, type BackupKind } from '../../model/backup-kind.ts';
import { checkScheduledBackups } from '../../processors/check-scheduled-backups.ts';
import { backupSchedulerRoute } from '../../routes/backup-scheduler-route.ts';
import { recheckSchedules } from '../../routes/recheck-schedules.ts';
import { scheduleDueBackups } from '../../routes/schedule-backups.ts';
import { aScheduledOrder } from '../support/orders.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { worlds } from '../support/scheduler-world.ts';

const world = worlds();

function kindOrder(kind: BackupKind): KindOrder {
  const order = aScheduledOrder(kind);
  if (!isKindOrder(order)) throw new Error(kind);
  return order;
}

describe('schedule-backups', () => {
  it('sends each admitted backup to the route of its kind', async () => {
    const orders = backupKind.options.map(kindOrder);
    const route = replaceStep(scheduleDueBackups, checkScheduledBackups, () => orders);
    const { reply, sends } = await execute(route, exchangeOf({ at: '' }), await world());
    expect(reply).toBe(orders);
    expect(sends.map(({ endpoint, body }) => [endpoint.name, (body as KindOrder).kind])).toEqual([
      ['snapshot-tigerbeetle', 'tigerbeetle-snapshot'],
      ['backup-tigerbeetle-logs', 'tigerbeetle-logs'],
      ['export-duckdb-full', 'duckdb-full'],
      ['export-duckdb-incremental', 'duckdb-incremental'],
      ['replicate-parquet-files', 'parquet-replication'],
      ['backup-kms-key', 'kms-keys'],
    ]);
  });

  it('sends what the plan lets run, and nothing when nothing may', async () => {
    const deps = await world();
    const first = await execute(scheduleDueBackups, exchangeOf({ at: '' }), deps);
    expect(first.sends).toHaveLength(1);
    const second = await execute(scheduleDueBackups, exchangeOf({ at: '' }), deps);
    expect(second.sends).toEqual([]);
  });

  it('is reached by the master timer and by checks that were asked for', async () => {
    const asked = exchangeOf({ at: 'now', reason: 'ended' });
    const [ticked, checked] = [
      await execute(backupSchedulerRoute, asked, {}),
      await execute(recheckSchedules, asked, {}),
    ];
    const names = ({ sends }: typeof ticked | typeof checked) => sends.map(({ endpoint }) => endpoint.name);
    expect(names(ticked)).toEqual(['schedule-backups', 'schedule-verifications']);
    expect(names(checked)).toEqual(['schedule-backups']);
  });
});
