import { z } from 'zod';
import { backupType } from '../model/backup-kind.ts';
import { verificationLevel } from '../model/verification.ts';
import { checkNamedOnce, checkTiming, entryTiming, wrongIn } from './entry-rules.ts';

/**
 * One verification schedule in the configuration. An entry with the name of a default changes only what it names; a new
 * one needs level, of and `every` or `cron`.
 */
const verificationEntry = z
  .strictObject({
    ...entryTiming,
    level: verificationLevel.optional(),
    of: z.enum(['all', 'newest']).optional(),
    types: z.array(backupType).min(1).optional(),
  })
  .superRefine((entry, context) => {
    checkTiming(entry, wrongIn(context));
  });
export const verificationEntries = z.array(verificationEntry).superRefine((entries, context) => {
  checkNamedOnce('verification', entries, context);
});
export type VerificationEntry = Readonly<z.infer<typeof verificationEntry>>;
