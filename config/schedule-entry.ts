import { z } from 'zod';
import { backupScope, backupType, kindOf } from '../model/backup-kind.ts';
import { duration } from './duration-value.ts';

const retryEntry = z.strictObject({
  maxAttempts: z.int().min(1).max(100).optional(),
  initialDelay: duration.optional(),
  factor: z.number().min(1).max(10).optional(),
  maxDelay: duration.optional(),
  jitter: z.number().min(0).max(1).optional(),
});

/**
 * One schedule in the configuration. An entry with the name of a default changes only what it names; a new one needs
 * type, scope and `every` or `cron`.
 */
const scheduleEntry = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'must be lower-case letters, digits and -' }),
    type: backupType.optional(),
    scope: backupScope.optional(),
    every: duration.optional(),
    cron: z.string().min(1).optional(),
    timeZone: z.string().min(1).optional(),
    anchor: z.iso.datetime({ offset: true }).optional(),
    after: z.array(z.string()).optional(),
    misfire: z.enum(['catch-up', 'skip']).optional(),
    misfireGrace: duration.optional(),
    jitter: duration.optional(),
    timeout: duration.nullable().optional(),
    enabled: z.boolean().optional(),
    retry: retryEntry.optional(),
    rpo: duration.nullable().optional(),
  })
  .superRefine((entry, context) => {
    const wrong = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (entry.every !== undefined && entry.cron !== undefined) wrong('every', 'goes without cron: keep one');
    if (entry.timeZone !== undefined && entry.cron === undefined) wrong('timeZone', 'goes with cron alone');
    if (entry.anchor !== undefined && entry.cron !== undefined) wrong('anchor', 'goes with every alone');
    if ((entry.type === undefined) !== (entry.scope === undefined)) wrong('scope', 'goes with type');
    if (entry.type === undefined || entry.scope === undefined) return;
    if (kindOf(entry.type, entry.scope) === undefined) {
      wrong('scope', `${entry.type} has no scope ${entry.scope}`);
    }
  });
export const scheduleEntries = z.array(scheduleEntry).superRefine((entries, context) => {
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) context.addIssue({ code: 'custom', message: `schedule ${twice} stands twice` });
});
export type ScheduleEntry = Readonly<z.infer<typeof scheduleEntry>>;
