import type { Clock } from '../engine/clock.ts';
import type { Exchange } from '../engine/exchange.ts';
import { CodedError } from '../errors/coded-error.ts';
import { newBackupId } from '../model/backup-id.ts';
import type { RestoreOrder } from '../model/restore-order.ts';
import type {
  PlannedRestore,
  RestoreForecast,
  RestorePlanner,
  RestoreRequest,
} from './restoring/restore-request.ts';

/** Makes an order of a request: target confined, backup chosen, and what it will read said. */
export async function planRestore(
  { body: request }: Exchange<RestoreRequest>,
  { restorePlanner, clock }: { readonly restorePlanner: RestorePlanner; readonly clock: Clock },
): Promise<PlannedRestore> {
  if (request.at !== undefined && request.backupId !== undefined) {
    throw new CodedError('invalid-request', 'Give "at" or "backupId", not both.', {
      facts: { in: 'body', field: 'at' },
    });
  }
  const to = await restorePlanner.confine(request);
  const plan = await restorePlanner.forecast(request);
  return { plan, to, order: request.dryRun ? null : orderOf(request, { plan, to, now: clock.now() }) };
}

function orderOf(
  { backupType, at, tables, tenant, requestedBy, reason }: RestoreRequest,
  { plan, to, now }: { readonly plan: RestoreForecast; readonly to: string; readonly now: number },
): RestoreOrder {
  return {
    ...{ restoreId: newBackupId(now), backupType, backupId: plan.backupId, to },
    at: at ?? null,
    tables: tables === undefined ? null : [...tables],
    tenant: tenant ?? null,
    ...{ trigger: 'api', requestedBy, requestedAt: new Date(now).toISOString(), reason },
  };
}
