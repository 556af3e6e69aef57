import type { Redis } from 'ioredis';
import type { DelayedMessages } from './delayed-messages.ts';
import type { TimerArm } from './timer-arm.ts';

const checkEvery = 30_000;

/**
 * Arms the timers and looks at the delayed messages, now and at each reconnect, and looks after both every half minute: a
 * Redis that has lost everything, or a clock that was set back, does not stop them. Returns what ends it.
 */
export async function keepArmed(
  { arms, delayed }: { readonly arms: readonly TimerArm[]; readonly delayed: readonly DelayedMessages[] },
  connection: Redis,
  onError: (error: Error) => void,
): Promise<() => void> {
  const armAll = async (): Promise<void> => {
    await Promise.all([...arms.map((arm) => arm.arm()), ...delayed.map((messages) => messages.check())]);
  };
  const rearm = (): void => {
    armAll().catch(onError);
  };
  const check = (): void => {
    for (const kept of [...arms, ...delayed]) kept.check().catch(onError);
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
