import type { Exchange } from '../engine/exchange.ts';
import type { Restores } from '../stores/restores/port.ts';
import type { OrderedRestore } from './restoring/restore-request.ts';

/** Lets a restore in: from then on it is on record, with who asked and why. */
export async function admitRestore(
  { body: planned }: Exchange<OrderedRestore>,
  { restores }: { readonly restores: Pick<Restores, 'admit'> },
): Promise<OrderedRestore> {
  await restores.admit(planned.order);
  return planned;
}
