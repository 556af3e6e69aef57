import { isKindOrder, type KindOrder } from '../../model/kind-order.ts';
import type { Exclusion } from '../../stores/exclusion/port.ts';

/** Dispatches the backups on demand that waited and may run now, longest waiting first. */
export async function promoteWaiting(
  exclusion: Pick<Exclusion, 'admissions' | 'promote'>,
): Promise<readonly KindOrder[]> {
  const waiting = (await exclusion.admissions()).filter(({ state }) => state === 'waiting');
  const promoted: KindOrder[] = [];
  for (const { order } of waiting.sort((a, b) => a.since - b.since)) {
    if (isKindOrder(order) && (await exclusion.promote(order.backupId))) promoted.push(order);
  }
  return promoted;
}
