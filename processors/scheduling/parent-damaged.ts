import type { BackupType } from '../../model/backup-kind.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { DamagedChain } from '../../stores/metadata/port.ts';

/** Why the newest backup of a type is not to be built on, in words for people. */
export function damageOf({ newest, damaged, damage }: DamagedChain): string {
  return newest === damaged
    ? `${newest} is damaged: ${damage}`
    : `${newest} builds on ${damaged}, which is damaged: ${damage}`;
}

/** What goes into an order of the type: its worker has no metadata, and must not build on a damaged backup. */
export function parentDamaged(
  type: BackupType,
  chains: readonly DamagedChain[],
): Pick<BackupOrder, 'parentDamaged'> {
  const chain = chains.find((one) => one.type === type);
  return chain === undefined ? {} : { parentDamaged: `parent ${damageOf(chain)}` };
}
