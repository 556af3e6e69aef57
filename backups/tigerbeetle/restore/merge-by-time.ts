interface Timed {
  readonly timestamp: bigint;
}

/** Two lists in the order of time as one; the second is the shorter by far. */
export async function* mergeByTime<Item extends Timed>(
  many: AsyncIterable<readonly Item[]>,
  few: AsyncIterable<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  const others = oneByOne(few);
  let next = await others.next();
  for await (const page of many) {
    const last = page.at(-1)?.timestamp ?? 0n;
    if (next.done === true || next.value.timestamp > last) {
      yield page;
      continue;
    }
    const merged: Item[] = [];
    for (const item of page) {
      for (; next.done !== true && next.value.timestamp < item.timestamp; next = await others.next())
        merged.push(next.value);
      merged.push(item);
    }
    yield merged;
  }
  for (; next.done !== true; next = await others.next()) yield [next.value];
}

async function* oneByOne<Item>(pages: AsyncIterable<readonly Item[]>): AsyncGenerator<Item, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}
