import { setTimeout as pause } from 'node:timers/promises';

/** The value, or an error when it does not come within `ms`. */
export async function within<T>(ms: number, value: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = pause(ms, undefined, { signal: stop.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    late.catch(() => undefined);
    stop.abort();
  }
}
