import { z } from 'zod';
import { duration } from './duration-value.ts';

/** The keys of an entry that say its name and when it runs. */
export const entryTiming = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'must be lower-case letters, digits and -' }),
  every: duration.optional(),
  cron: z.string().min(1).optional(),
  timeZone: z.string().min(1).optional(),
  anchor: z.iso.datetime({ offset: true }).optional(),
  enabled: z.boolean().optional(),
};

type Timing = Readonly<z.infer<z.ZodObject<typeof entryTiming>>>;

/** Says of a key what is wrong with it. */
export type Wrong = (path: string, message: string) => void;

export function wrongIn(context: z.core.$RefinementCtx): Wrong {
  return (path, message) => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
}

/** What goes with `every` alone, and what with `cron`. */
export function checkTiming(entry: Timing, wrong: Wrong): void {
  if (entry.every !== undefined && entry.cron !== undefined) wrong('every', 'goes without cron: keep one');
  if (entry.timeZone !== undefined && entry.cron === undefined) wrong('timeZone', 'goes with cron alone');
  if (entry.anchor !== undefined && entry.cron !== undefined) wrong('anchor', 'goes with every alone');
}

/** `what` is what an entry is called. */
export function checkNamedOnce(
  what: string,
  entries: readonly Pick<Timing, 'name'>[],
  context: z.core.$RefinementCtx,
): void {
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) context.addIssue({ code: 'custom', message: `${what} ${twice} stands twice` });
}
