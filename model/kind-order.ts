import { type BackupKind, backupKinds, type BackupType } from './backup-kind.ts';
import type { BackupOrder } from './backup-order.ts';

/** An order for one kind of backup. */
export type OrderOfKind<Kind extends BackupKind> = BackupOrder & {
  readonly kind: Kind;
  readonly type: (typeof backupKinds)[Kind]['type'];
  readonly scope: (typeof backupKinds)[Kind]['scope'];
};

/** An order, as the union of what it can be for: routes choose by `kind`. */
export type KindOrder = { readonly [Kind in BackupKind]: OrderOfKind<Kind> }[BackupKind];

export type OrderOfType<Type extends BackupType> = Extract<KindOrder, { readonly type: Type }>;

/** Whether type and scope are those of the order's kind. */
export function isKindOrder(order: BackupOrder): order is KindOrder {
  const { type, scope } = backupKinds[order.kind];
  return order.type === type && order.scope === scope;
}
