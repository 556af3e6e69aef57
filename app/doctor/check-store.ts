import type { Configuration } from '../../config/configuration.ts';
import { checkObjectStore } from '../../stores/objects/check-store.ts';
import { openStore } from '../wiring/vault.ts';
import { type Diagnosis, diagnose, well } from './diagnosis.ts';

/** The store keeps what backups rely on (fail), and the rest (warn). */
export function checkStore(configuration: Pick<Configuration, 'store'>): Promise<Diagnosis> {
  const check = 'store';
  return diagnose(
    check,
    async () => {
      const lacks = (await checkObjectStore(await openStore(configuration))).filter(({ kept }) => !kept);
      if (lacks.length === 0) return well(check, 'keeps every guarantee');
      const found = lacks.map(({ guarantee, seen }) => `lacks: ${guarantee} (${seen ?? ''})`).join('; ');
      const needed = lacks.some((each) => each.needed);
      return {
        ...{ check, found, state: needed ? 'fail' : 'warn' },
        advice: needed ? 'use another store: this one would lose backups' : null,
      };
    },
    'correct store.* and see that this machine may write there',
  );
}
