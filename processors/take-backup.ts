import type { Exchange } from '../engine/exchange.ts';
import type { BackupOrder } from '../model/backup-order.ts';

/** Takes one attempt at a backup from lock to manifest. Throws `Later` while another backup holds the lock. */
export interface Backups {
  run(order: BackupOrder, signal: AbortSignal): Promise<unknown>;
}

export async function takeBackup(
  { body: order, signal }: Exchange<BackupOrder>,
  { backups }: { readonly backups: Backups },
): Promise<BackupOrder> {
  await backups.run(order, signal);
  return order;
}
