import { setTimeout as pause } from 'node:timers/promises';

/** Waits for something that another process or the network does; the only waiting there is in tests. Fails with `what` after `ms`. */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 20_000,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain until ${what}`);
    await pause(20);
  }
}
