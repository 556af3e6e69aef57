import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { KeyRing } from '../../stores/keys/port.ts';
import { type Diagnosis, diagnose, well } from './diagnosis.ts';

const context = { backupId: '00000000000000000000000000', path: 'doctor/probe', ordinal: 0 };

/** Whether `opening` opens what `sealing` seals. */
export async function opensWhatIsSealed(sealing: KeyRing, opening: KeyRing): Promise<boolean> {
  const probe = randomBytes(64);
  const sealed = await buffer(sealing.seal(Readable.from([probe], { objectMode: false }), context));
  return probe.equals(await buffer(opening.open(Readable.from([sealed], { objectMode: false }), context)));
}

/** The working key opens what it seals. */
export function checkKeys(openKeys: () => Promise<KeyRing>): Promise<Diagnosis> {
  const check = 'keys';
  return diagnose(
    check,
    async () => {
      const keys = await openKeys();
      if (await opensWhatIsSealed(keys, keys)) {
        return well(check, `${keys.keyIds.join(' and ')}: what is sealed opens`);
      }
      throw new Error('what was sealed opens to something else');
    },
    'correct keys.*; without a key that opens what it seals no backup can be taken or restored',
  );
}
