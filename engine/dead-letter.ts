import { z } from 'zod';
import { queue, type Queue } from './endpoint.ts';

/** A message that could not be processed, with the reason. */
export const deadLetter = z.strictObject({
  /** The message as it came. */
  payload: z.unknown(),
  error: z.strictObject({ code: z.string(), message: z.string() }),
  /** Id of the route that gave up on it. */
  route: z.string(),
  at: z.iso.datetime(),
});
export type DeadLetter = Readonly<z.infer<typeof deadLetter>>;

/** A queue that people look into and nothing consumes. */
export function deadLetterQueue(name: string): Queue<DeadLetter> {
  return queue<DeadLetter>(name, deadLetter);
}
