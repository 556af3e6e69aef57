import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Lease } from '../../stores/lease/port.ts';

export interface LeasesUnderTest {
  /** A lease on the same leadership for another process. */
  lease(holder: string): Lease;
  /** Makes the lease run out. */
  expire(): Promise<void>;
}

export function describeLeaseContract(name: string, make: () => Promise<LeasesUnderTest>): void {
  describe(`the lease ${name}`, () => {
    let subject: LeasesUnderTest;
    beforeEach(async () => {
      subject = await make();
    });

    it('is held by one of many, who keeps its token as long as it renews', async () => {
      const leases = Array.from({ length: 20 }, (_, n) => subject.lease(`host:${n}`));
      const tokens = await Promise.all(leases.map((lease) => lease.hold()));
      const winner = tokens.findIndex((token) => token !== undefined);
      expect(tokens.filter((token) => token !== undefined)).toHaveLength(1);
      expect(await leases[winner]?.hold()).toBe(tokens[winner]);
      expect(await leases[0]?.holder()).toBe(`host:${winner}`);
    });

    it('gives the same token to calls of the same process that overlap', async () => {
      const lease = subject.lease('host:1');
      const tokens = await Promise.all(Array.from({ length: 10 }, () => lease.hold()));
      expect(new Set(tokens).size).toBe(1);
      expect(tokens[0]).toBeDefined();
    });

    it('passes on at once when it is given up', async () => {
      const [first, second] = [subject.lease('host:1'), subject.lease('host:2')];
      await first.hold();
      expect(await second.hold()).toBeUndefined();
      await first.release();
      expect(await first.holder()).toBeUndefined();
      expect(await second.hold()).toBeDefined();
      await first.release();
      expect(await second.holder()).toBe('host:2');
    });

    it('has a new token when it was lost in between, also for the same holder', async () => {
      const lease = subject.lease('host:1');
      const before = await lease.hold();
      await subject.expire();
      const after = await lease.hold();
      expect(after).toBeDefined();
      expect(after).not.toBe(before);
    });

    it('passes on when it ran out, and the former holder learns of it', async () => {
      const [first, second] = [subject.lease('host:1'), subject.lease('host:2')];
      await first.hold();
      await subject.expire();
      expect(await second.hold()).toBeDefined();
      expect(await first.hold()).toBeUndefined();
    });
  });
}
