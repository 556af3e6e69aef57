export default async function globalTeardown(): Promise<void> {
  await (globalThis as { stopTestRedis?: () => Promise<void> }).stopTestRedis?.();
  // Told to end, jest waits until its output is written, and now and then for ever.
  setTimeout(() => process.exit(), 20_000).unref();
}
