import { isKindOrder, type KindOrder } from '../../model/kind-order.ts';
import { runsAgainOnDemand } from '../../scheduling/runs-again-on-demand.ts';
import type { Exclusion } from '../../stores/exclusion/port.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import { parentDamaged } from './parent-damaged.ts';

interface Deps {
  readonly exclusion: Pick<Exclusion, 'admit'>;
  readonly metadata: Pick<MetadataStore, 'interruptedOnDemand' | 'damagedChains'>;
}

/**
 * Admits the backups on demand again that stopping workers gave back, each under its id: no schedule would, and who
 * asked was told that it runs. What is refused, since another of its type has been let in meanwhile, is left to the next
 * check. Resolves with those that may run now; the others wait.
 */
export async function readmitInterrupted(
  { leaseToken, now }: { readonly leaseToken: string; readonly now: number },
  { exclusion, metadata }: Deps,
): Promise<readonly KindOrder[]> {
  const interrupted = (await metadata.interruptedOnDemand()).filter((order) => runsAgainOnDemand(order, now));
  if (interrupted.length === 0) return [];
  const damaged = await metadata.damagedChains();
  const admitted: KindOrder[] = [];
  for (const before of interrupted) {
    const { attempt, requestedBy, type, kind } = before;
    const reason = `Asked for by ${requestedBy}; attempt ${attempt} was interrupted, so it runs again.`;
    const order = { ...before, attempt: attempt + 1, reason, ...parentDamaged(type, damaged) };
    if (!isKindOrder(order)) throw new TypeError(`${kind} has another type or scope`);
    const { outcome } = await exclusion.admit(order, { leaseToken });
    if (outcome === 'not-leader') break;
    if (outcome === 'dispatched') admitted.push(order);
  }
  return admitted;
}
