import { z } from 'zod';
import { backupScope, backupType, kindOf } from '../model/backup-kind.ts';
import { duration } from './duration-value.ts';
import { checkNamedOnce, checkTiming, entryTiming, wrongIn } from './entry-rules.ts';

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
    ...entryTiming,
    type: backupType.optional(),
    scope: backupScope.optional(),
    after: z.array(z.string()).optional(),
    misfire: z.enum(['catch-up', 'skip']).optional(),
    misfireGrace: duration.optional(),
    jitter: duration.optional(),
    timeout: duration.nullable().optional(),
    retry: retryEntry.optional(),
    rpo: duration.nullable().optional(),
  })
  .superRefine((entry, context) => {
    const wrong = wrongIn(context);
    checkTiming(entry, wrong);
    if ((entry.type === undefined) !== (entry.scope === undefined)) wrong('scope', 'goes with type');
    if (entry.type === undefined || entry.scope === undefined) return;
    if (kindOf(entry.type, entry.scope) === undefined) {
      wrong('scope', `${entry.type} has no scope ${entry.scope}`);
    }
  });
export const scheduleEntries = z.array(scheduleEntry).superRefine((entries, context) => {
  checkNamedOnce('schedule', entries, context);
});
export type ScheduleEntry = Readonly<z.infer<typeof scheduleEntry>>;
