import type { Exchange } from '../engine/exchange.ts';
import { CodedError } from '../errors/coded-error.ts';
import { isKindOrder } from '../model/kind-order.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import { parentDamaged } from './scheduling/parent-damaged.ts';
import { alreadyRunning } from './triggering/already-running.ts';
import type { AdmittedTrigger, BackupTrigger } from './triggering/backup-trigger.ts';
import { orderFor, refuse, type RefusalDeps } from './triggering/refuse.ts';

interface Deps extends RefusalDeps {
  readonly exclusion: Pick<Exclusion, 'admit'>;
  readonly metadata: Pick<MetadataStore, 'damagedChains'>;
}

/**
 * Lets a backup on demand in, atomically: of two at the same moment one is refused with `backup-already-running`, and
 * the refusal is put on record.
 */
export async function admitBackup(
  { body: trigger }: Exchange<BackupTrigger>,
  deps: Deps,
): Promise<AdmittedTrigger> {
  const { idempotencyKey, type } = trigger;
  const damaged = await deps.metadata.damagedChains();
  const order = { ...orderFor(trigger, deps.clock.now()), ...parentDamaged(type, damaged) };
  if (!isKindOrder(order)) throw new TypeError(`${order.kind} is no ${order.scope} backup of ${type}`);
  const admitted = await deps.exclusion.admit(order, idempotencyKey === undefined ? {} : { idempotencyKey });
  switch (admitted.outcome) {
    case 'dispatched':
      return { outcome: 'dispatched', order };
    case 'waiting':
      return { outcome: 'queued', backupId: order.backupId, waitingFor: admitted.behind };
    case 'repeated':
      return { outcome: 'repeated', backupId: admitted.backupId };
    case 'refused':
      return refuse(trigger, alreadyRunning(type, admitted.by, admitted.state), deps);
    case 'busy':
    case 'not-leader':
      throw new CodedError('internal', `A backup on demand was answered with ${admitted.outcome}.`);
  }
}
