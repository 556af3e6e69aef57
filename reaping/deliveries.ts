import type { BackupOrder } from '../model/backup-order.ts';

/** The messages that carry orders to the workers. */
export interface Deliveries {
  /** Whether the message of this attempt waits, is delayed, or is being processed. */
  alive(order: BackupOrder): Promise<boolean>;
  /** Puts the message into its queue again, in place of one that failed. */
  redeliver(order: BackupOrder): Promise<void>;
}
