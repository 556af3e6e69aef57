import { setTimeout as pause } from 'node:timers/promises';

/** Between two looks at what soon is over, ms. */
export const often = 20;

/**
 * Waits for something that another process or the network does; the only waiting there is in tests. Looks often at first,
 * then every `seldom` ms, since looking takes time from what it waits for. Fails with `what` after `ms`; a function tells
 * it as it is then.
 */
export async function until<T>(
  what: string | (() => string),
  check: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 20_000,
  seldom = 200,
): Promise<T> {
  const end = performance.now() + ms;
  for (let wait = often; ; wait = Math.min(wait * 1.25, seldom)) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) {
      throw new Error(`waited ${ms} ms in vain until ${typeof what === 'string' ? what : what()}`);
    }
    await pause(wait);
  }
}
