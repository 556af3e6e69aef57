import { setTimeout as timer } from 'node:timers/promises';

/** Rejects when no answer came in time, with `reasons` there may be for it; a later answer is ignored. */
export async function withDeadline<Answer>(
  answer: Promise<Answer>,
  ms: number,
  reasons = '',
): Promise<Answer> {
  const over = new AbortController();
  answer.catch(() => undefined);
  const late = timer(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`no answer within ${ms} ms${reasons}`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}
