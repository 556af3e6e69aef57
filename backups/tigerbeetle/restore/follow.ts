/** Work that follows other work which goes on: always up to where that has come to. */
export interface Following {
  /** Goes up to there, too. Ends when it lies no more than `most` places behind. Throws what failed before. */
  to(place: bigint): Promise<void>;
  /** Ends when it has come to where it was last told to go. Throws what failed. */
  arrived(): Promise<void>;
}

/** Goes from place to place; `prepare` hears of the next one while the way to the one before it is gone. */
export function follow(work: {
  readonly go: (to: bigint) => Promise<void>;
  readonly prepare: (from: bigint, to: bigint) => void;
  readonly most: number;
}): Following {
  const places: bigint[] = [];
  const nearer: (() => void)[] = [];
  let going: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;

  function prepareNext(): void {
    const [under, next] = places;
    if (under !== undefined && next !== undefined) work.prepare(under, next);
  }

  async function run(): Promise<void> {
    for (let to = places[0]; to !== undefined && failed === undefined; to = places[0]) {
      await work.go(to).catch((error: unknown) => {
        failed = { error };
      });
      places.shift();
      prepareNext();
      for (const tell of nearer.splice(0)) tell();
    }
    going = undefined;
  }

  function rethrow(): void {
    if (failed !== undefined) throw failed.error;
  }

  return {
    async to(place) {
      rethrow();
      places.push(place);
      if (places.length === 2) prepareNext();
      going ??= run();
      while (places.length > work.most && failed === undefined)
        await new Promise<void>((resolve) => nearer.push(resolve));
      rethrow();
    },
    async arrived() {
      await going;
      rethrow();
    },
  };
}
