/** Closers, run in the reverse order of what they close; each runs, also when one before it fails. */
export interface InReverse {
  add(close: () => Promise<void> | void): void;
  /** Throws the first error after all have run. */
  close(): Promise<void>;
}

export function inReverse(): InReverse {
  const closers: (() => Promise<void> | void)[] = [];
  return {
    add(close) {
      closers.push(close);
    },
    async close() {
      const errors: unknown[] = [];
      for (const close of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
