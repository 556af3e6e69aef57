import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** An instance of DuckDB that is closed with all its connections, and never under a call. */
export interface Instance {
  /** Throws what DuckDB throws. */
  connect(): Promise<DuckDBConnection>;
  /**
   * Refuses what is asked from now on, waits for what is under way, and closes everything. `interrupt` has the latter end
   * soon, with an error.
   */
  close(how?: { readonly interrupt?: boolean }): Promise<void>;
}

/**
 * Opens or makes a database file. Where DuckDB closes a connection while a statement of it is read, or waits for a thread,
 * the whole process ends with a segmentation fault, so all calls are followed. Throws what DuckDB throws.
 */
export async function openInstance(
  path: string,
  settings: Readonly<Record<string, string>>,
): Promise<Instance> {
  const instance = await DuckDBInstance.create(path, { ...settings });
  const connections: DuckDBConnection[] = [];
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  function follow(call: () => unknown): unknown {
    if (closing) return Promise.reject(new Error('the database is being closed'));
    const result = call();
    if (result instanceof Promise) {
      const promised: Promise<unknown> = result;
      underWay.add(promised);
      const end = () => underWay.delete(promised);
      promised.then(end, end);
    }
    return result;
  }

  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    connections.push(connection);
    return followed(connection, follow);
  };
  const interruptAll = (): void => {
    for (const connection of connections) connection.interrupt();
  };
  const close = async (interrupt: boolean): Promise<void> => {
    // Again and again: a query that is about to begin does not notice.
    const interrupting = interrupt ? setInterval(interruptAll, 10) : undefined;
    while (underWay.size > 0) await Promise.allSettled(underWay);
    clearInterval(interrupting);
    // Nothing can begin between that look and this.
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
  };
  return {
    connect: () => follow(connect) as Promise<DuckDBConnection>,
    close: ({ interrupt = false } = {}) => (closing ??= close(interrupt)),
  };
}

/** Its methods promise their results, but for those that do nothing to a connection that is closed. */
function followed(connection: DuckDBConnection, follow: (call: () => unknown) => unknown): DuckDBConnection {
  return new Proxy(connection, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'interrupt') return value.bind(target) as unknown;
      return (...values: unknown[]) => follow(() => Reflect.apply(value, target, values) as unknown);
    },
  });
}
