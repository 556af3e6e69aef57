// eslint-disable-next-line import-x/no-default-export -- jest takes the default export
export default async function globalTeardown(): Promise<void> {
  await (globalThis as { stopTestRedis?: () => Promise<void> }).stopTestRedis?.();
}
