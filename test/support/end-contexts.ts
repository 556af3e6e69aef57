import { AsyncLocalStorage } from 'node:async_hooks';

type Context = AsyncLocalStorage<unknown>;

/**
 * Ends the context of the test file before. jest-circus makes one for each file and leaves it enabled, and up to Node 22
 * every new promise is shown to all that are: after eighty files, a tenth of the time.
 * The set is kept where files, which have globals of their own, share Node's modules.
 */
const shared = AsyncLocalStorage as { contextsThatRan?: Set<Context> };
const contexts = (shared.contextsThatRan ??= watched());
for (const context of contexts) context.disable();
contexts.clear();

function watched(): Set<Context> {
  const found = new Set<Context>();
  const { prototype } = AsyncLocalStorage;
  const run = Object.getOwnPropertyDescriptor(prototype, 'run')?.value as Context['run'];
  prototype.run = function (this: Context, ...args: Parameters<Context['run']>) {
    found.add(this);
    return Reflect.apply(run, this, args);
  } as Context['run'];
  return found;
}
