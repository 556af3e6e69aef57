import { createMemoryEventStream } from '../../../stores/events/memory.ts';
import { createMemoryExclusion } from '../../../stores/exclusion/memory.ts';
import { describeExclusionContract } from '../../contracts/exclusion-contract.ts';
import { SettableClock } from '../../support/settable-clock.ts';

describeExclusionContract('in memory', (lockScope) => {
  const clock = new SettableClock();
  const events = createMemoryEventStream();
  let lease: string | undefined;
  const exclusion = createMemoryExclusion({
    events,
    lockScope,
    lockDurationMs: 15_000,
    clock,
    leaseToken: () => lease,
  });
  return Promise.resolve({
    exclusion,
    events,
    expireLock() {
      clock.tick(15_000);
      return Promise.resolve();
    },
    setLease(token) {
      lease = token;
      return Promise.resolve();
    },
  });
});
