import { describe, expect, it } from '@jest/globals';
import { admitVerification } from '../../processors/admit-verification.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { aVerification } from '../support/orders.ts';
import { recordingLog } from '../support/recording-log.ts';

describe('admitVerification', () => {
  it('lets one in that has no like, and puts on record who asked', async () => {
    const { log, lines } = recordingLog();
    const standingVerifications = { reserve: () => Promise.resolve(undefined) };
    const order = aVerification();
    expect(await admitVerification(exchangeOf(order), { standingVerifications, log })).toBe(order);
    expect(lines).toMatchObject([{ fields: { audit: 'verification', who: 'ops', reason: 'asked for' } }]);
  });

  it('refuses another of the same backup and level, and names it', async () => {
    const { log, lines } = recordingLog();
    const standingVerifications = { reserve: () => Promise.resolve('01KAVQ0000000000000000000V') };
    await expect(
      admitVerification(exchangeOf(aVerification()), { standingVerifications, log }),
    ).rejects.toMatchObject({
      code: 'verification-already-running',
      facts: { verificationId: '01KAVQ0000000000000000000V', level: 1 },
    });
    expect(lines).toMatchObject([{ fields: { audit: 'refused', who: 'ops' } }]);
  });
});
