import { heldAt, type ManifestHeader } from '../../model/manifest.ts';
import type { PassedOver } from './passed-over.ts';

/**
 * The backup, if there is one, that says that it holds later data than the chosen one although its fencing token is lower.
 * A clock was set back in between, or tokens began anew under such a clock while the store could not be read: which of
 * the two is newer, people decide.
 */
export function laterByClock(
  chosen: ManifestHeader,
  headers: readonly ManifestHeader[],
): readonly PassedOver[] {
  return headers
    .filter((one) => one.fencingToken < chosen.fencingToken && heldAt(one) > heldAt(chosen))
    .toSorted((a, b) => heldAt(b) - heldAt(a))
    .slice(0, 1)
    .map((one) => ({ backupId: one.backupId, why: whyOf(one, chosen) }));
}

function whyOf(one: ManifestHeader, chosen: ManifestHeader): string {
  const [later, earlier] = [one, chosen].map((each) => new Date(heldAt(each)).toISOString());
  return `by the clock it holds data of ${later}, later than ${earlier}, yet it was taken before backup ${chosen.backupId}: the clock was set back. If it is the one that is wanted, give --backup ${one.backupId}.`;
}
