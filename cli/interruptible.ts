import { CodedError } from '../errors/coded-error.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs work that Ctrl-C or SIGTERM aborts; it then cleans up, and `interrupted` is thrown. A second one ends the process. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  left = 'nothing was left behind',
): Promise<T> {
  const stop = new AbortController();
  const interrupt = (name: string): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new CodedError('interrupted', `interrupted by ${name}: ${left}`));
  };
  for (const name of signals) process.on(name, interrupt);
  try {
    return await work(stop.signal);
  } catch (error) {
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
