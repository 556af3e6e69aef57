import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Has the garbage collector of this thread run at once: some 20 ms in a small heap. For memory outside of the heap that
 * it does not know of, and would let pile up behind objects that are few and small.
 */
export function collectGarbage(): void {
  collect ??= exposed();
  collect();
}

let collect: (() => void) | undefined;

/** A context that is made after the flag was set has it; that of the program need not. */
function exposed(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
