/**
 * Calls `work` each `ms` milliseconds until stopped, never twice at a time, and keeps no process alive by itself.
 * `stop` resolves when a call that was under way has ended. What `work` throws goes to `onError`.
 */
export function every(
  ms: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let underWay: Promise<void> | undefined;
  const timer = setInterval(() => {
    underWay ??= work()
      .catch(onError)
      .finally(() => {
        underWay = undefined;
      });
  }, ms);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
