import { z } from 'zod';
import { backupType } from '../model/backup-kind.ts';
import { verificationLevel } from '../model/verification.ts';
import { duration } from './duration-value.ts';

/**
 * One verification schedule in the configuration. An entry with the name of a default changes only what it names; a new
 * one needs level, of and `every` or `cron`.
 */
const verificationEntry = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'must be lower-case letters, digits and -' }),
    level: verificationLevel.optional(),
    of: z.enum(['all', 'newest']).optional(),
    types: z.array(backupType).min(1).optional(),
    every: duration.optional(),
    cron: z.string().min(1).optional(),
    timeZone: z.string().min(1).optional(),
    anchor: z.iso.datetime({ offset: true }).optional(),
    enabled: z.boolean().optional(),
  })
  .superRefine((entry, context) => {
    const wrong = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (entry.every !== undefined && entry.cron !== undefined) wrong('every', 'goes without cron: keep one');
    if (entry.timeZone !== undefined && entry.cron === undefined) wrong('timeZone', 'goes with cron alone');
    if (entry.anchor !== undefined && entry.cron !== undefined) wrong('anchor', 'goes with every alone');
  });
export const verificationEntries = z.array(verificationEntry).superRefine((entries, context) => {
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    context.addIssue({ code: 'custom', message: `verification ${twice} stands twice` });
});
export type VerificationEntry = Readonly<z.infer<typeof verificationEntry>>;
