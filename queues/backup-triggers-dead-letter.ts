import { deadLetterQueue } from '../engine/dead-letter.ts';

/** Triggers that were refused, each with the reason. Nothing consumes it. */
export const backupTriggersDeadLetter = deadLetterQueue('backup-triggers-dead-letter');
