/**
 * Follows the calls under way on an object of a native library: closing it under one of them may crash the whole
 * process. DuckDB does: a connection that is closed while a query runs ends in a segmentation fault.
 */
export interface Followed<T> {
  /** The object; what its methods promise is followed. */
  readonly followed: T;
  /** Resolves when no call is under way any more, however those that were have ended. */
  readonly settled: () => Promise<void>;
}

export function followCalls<T extends object>(target: T): Followed<T> {
  const calls = new Set<Promise<unknown>>();
  const follow = (result: unknown): unknown => {
    if (!(result instanceof Promise)) return result;
    const call: Promise<unknown> = result;
    calls.add(call);
    const end = () => calls.delete(call);
    call.then(end, end);
    return result;
  };
  const followed = new Proxy(target, {
    get(object, name): unknown {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]) => follow(Reflect.apply(value, object, values));
    },
  });
  return {
    followed,
    async settled() {
      while (calls.size > 0) await Promise.allSettled(calls);
    },
  };
}
