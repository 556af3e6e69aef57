import { describeAdmissionContract } from './exclusion-admission-contract.ts';
import { describeLockContract } from './exclusion-lock-contract.ts';
import type { MakeExclusion } from './exclusion-under-test.ts';

/** What every adapter of the exclusion port must do. */
export function describeExclusionContract(name: string, make: MakeExclusion): void {
  describeAdmissionContract(name, make);
  describeLockContract(name, make);
}
