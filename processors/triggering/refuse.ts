import { newBackupId } from '../../model/backup-id.ts';
import type { Clock } from '../../engine/clock.ts';
import type { CodedError } from '../../errors/coded-error.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { EventStream } from '../../stores/events/port.ts';
import type { BackupTrigger } from './backup-trigger.ts';

export interface RefusalDeps {
  readonly clock: Clock;
  readonly events: Pick<EventStream, 'append'>;
}

/** Puts a refused trigger on record, with who asked, and throws the reason. */
export async function refuse(
  trigger: BackupTrigger,
  error: CodedError,
  { clock, events }: RefusalDeps,
): Promise<never> {
  const { code, message } = error;
  const order = orderFor(trigger, clock.now());
  await events.append({ kind: 'refused', at: order.requestedAt, order, error: { code, message } });
  throw error;
}

/** The first attempt at what is asked for, under a new id. */
export function orderFor(trigger: BackupTrigger, now: number): BackupOrder {
  const { kind, type, scope, tenantId, trigger: source, requestedBy } = trigger;
  return {
    backupId: newBackupId(now),
    attempt: 1,
    kind,
    type,
    scope,
    schedule: null,
    slot: null,
    tenantId,
    trigger: source,
    requestedBy,
    requestedAt: new Date(now).toISOString(),
    timeoutMs: null,
    reason: `Asked for by ${requestedBy}.`,
  };
}
