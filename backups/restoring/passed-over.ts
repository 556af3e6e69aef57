/** A backup that is in the store and was not chosen for a restore, and why. */
export interface PassedOver {
  readonly backupId: string;
  readonly why: string;
}

/** In words, for a plan and its record. */
export const inWords = ({ backupId, why }: PassedOver): string => `backup ${backupId} is passed over: ${why}`;
