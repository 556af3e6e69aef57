import { z } from 'zod';
import { durationHint, durationMs } from './duration.ts';

/** Milliseconds of an ISO-8601 duration. */
export const duration = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `must be ${durationHint}` });
  return z.NEVER;
});
