import { rm } from 'node:fs/promises';
import { madeOnceVariable } from './made-once.ts';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as { stopTestRedis?: () => Promise<void> }).stopTestRedis?.();
  const made = process.env[madeOnceVariable];
  if (made !== undefined) await rm(made, { recursive: true, force: true });
}
