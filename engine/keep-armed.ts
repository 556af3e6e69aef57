import type { Redis } from 'ioredis';
import type { TimerArm } from './timer-arm.ts';

const checkEvery = 30_000;

/**
 * Arms the timers now and at each reconnect, and looks after them every half minute, so that a Redis that has lost
 * everything does not stop them. Returns what ends it.
 */
export async function keepArmed(
  arms: readonly TimerArm[],
  connection: Redis,
  onError: (error: Error) => void,
): Promise<() => void> {
  if (arms.length === 0) return () => undefined;
  const armAll = async (): Promise<void> => {
    await Promise.all(arms.map((arm) => arm.arm()));
  };
  const rearm = (): void => {
    armAll().catch(onError);
  };
  const check = (): void => {
    for (const arm of arms) arm.check().catch(onError);
  };
  await armAll();
  connection.on('ready', rearm);
  const watch = setInterval(check, checkEvery);
  watch.unref();
  return () => {
    connection.off('ready', rearm);
    clearInterval(watch);
  };
}
