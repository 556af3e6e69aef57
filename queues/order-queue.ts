import { z } from 'zod';
import { queue, type Queue } from '../engine/endpoint.ts';
import type { BackupType } from '../model/backup-kind.ts';
import { backupOrder, type BackupOrder } from '../model/backup-order.ts';
import { isKindOrder, type OrderOfType } from '../model/kind-order.ts';

/** The queue of one type's worker: orders for that type alone, each attempt once. */
export function orderQueue<Type extends BackupType>(name: string, type: Type): Queue<OrderOfType<Type>> {
  const payload = backupOrder
    .refine((order) => order.type === type, { path: ['type'], error: `must be ${type}` })
    .refine(isKindOrder, { path: ['kind'], error: 'does not go with type and scope' })
    .pipe(z.custom<OrderOfType<Type>>());
  return queue(name, payload, { jobId: orderJobId, correlate: ({ backupId }) => backupId });
}

/** `<schedule>@20260101T000000Z.<attempt>`, or `on-demand@<backup id>.<attempt>`. */
export function orderJobId({ schedule, slot, backupId, attempt }: BackupOrder): string {
  if (schedule === null || slot === null) return `on-demand@${backupId}.${attempt}`;
  return `${schedule}@${slot.replace(/[-:]|\.\d{3}/g, '')}.${attempt}`;
}
