import type { Exchange } from '../engine/exchange.ts';
import type { RestoreOrder } from '../model/restore-order.ts';

/** Runs one restore to its end, and records it. */
export interface Restorer {
  run(order: RestoreOrder, signal: AbortSignal): Promise<unknown>;
}

export async function runRestore(
  { body: order, signal }: Exchange<RestoreOrder>,
  { restorer }: { readonly restorer: Restorer },
): Promise<RestoreOrder> {
  await restorer.run(order, signal);
  return order;
}
