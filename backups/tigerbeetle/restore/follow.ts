/** Work that follows other work which goes on: always up to where that has come to. */
export interface Following {
  /** Goes up to there, at once or when what is under way has ended. Throws what failed before. */
  to(place: bigint): void;
  /** Ends when it has come to where it was last told to go. */
  arrived(): Promise<void>;
}

export function follow(go: (to: bigint) => Promise<void>): Following {
  let [asked, reached] = [0n, 0n];
  let going: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;

  async function run(): Promise<void> {
    while (reached < asked && failed === undefined) {
      const to = asked;
      await go(to).catch((error: unknown) => {
        failed = { error };
      });
      reached = to;
    }
    going = undefined;
  }

  function rethrow(): void {
    if (failed !== undefined) throw failed.error;
  }

  return {
    to(place) {
      rethrow();
      if (place > asked) asked = place;
      going ??= run();
    },
    async arrived() {
      await going;
      rethrow();
    },
  };
}
