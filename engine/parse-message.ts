import type { z } from 'zod';
import { CodedError } from '../errors/coded-error.ts';

/** The payload of a queue's message; an `invalid-message` error names the queue, the field and what is wrong with it. */
export function parseMessage<Body>(queue: string, payload: z.ZodType<Body>, raw: unknown): Body {
  const parsed = payload.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const field = first === undefined || first.path.length === 0 ? '(the message)' : first.path.join('.');
  const problem = first?.message ?? 'unreadable';
  throw new CodedError('invalid-message', `Message on queue ${queue}, field ${field}: ${problem}.`, {
    cause: parsed.error,
    facts: { queue, field },
  });
}
