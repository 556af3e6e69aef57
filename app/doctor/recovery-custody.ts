import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Configuration } from '../../config/configuration.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { openWithRecoveryKey } from '../../stores/keys/recovery-key.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import { type Diagnosis, diagnose, well } from './diagnosis.ts';
import { opensWhatIsSealed } from './check-keys.ts';

const confirmation = z.object({ keyId: z.string(), confirmedAt: z.iso.datetime() });

/** Beside the public half: that somebody had the private half in hand, and when. */
function confirmationFile({ keys }: Pick<Configuration, 'keys'>): string {
  return `${keys.recoveryPublicKey}.confirmed.json`;
}

/**
 * Proves that the private half opens what is sealed from now on, and records it. Nothing of the private half is kept.
 * Throws `invalid-request` when it belongs to another pair.
 */
export async function confirmRecoveryKey(
  configuration: Pick<Configuration, 'keys'>,
  keys: KeyRing,
  given: { readonly pem: string; readonly passphrase?: string; readonly now: number },
): Promise<z.infer<typeof confirmation>> {
  const recovery = openWithRecoveryKey(given.pem, given.passphrase);
  const [keyId = ''] = recovery.keyIds;
  if (!keys.keyIds.includes(keyId)) {
    throw new CodedError(
      'invalid-request',
      `this is ${keyId}, and backups are sealed for ${keys.keyIds.join(' and ')}: it is the private half of another pair`,
    );
  }
  if (!(await opensWhatIsSealed(keys, recovery))) {
    throw new CodedError('invalid-request', `${keyId} opens what was sealed to something else`);
  }
  const confirmed = { keyId, confirmedAt: new Date(given.now).toISOString() };
  const file = confirmationFile(configuration);
  try {
    await writeFile(`${file}.${process.pid}`, `${JSON.stringify(confirmed)}\n`);
    await rename(`${file}.${process.pid}`, file);
  } catch (error) {
    throw new CodedError('configuration-invalid', `${file} cannot be written: ${errorText(error)}`, {
      cause: error,
    });
  }
  return confirmed;
}

/** Somebody has shown that the private half of the recovery key is kept (warn when nobody has). */
export function checkCustody(
  configuration: Pick<Configuration, 'keys'>,
  openKeys: () => Promise<KeyRing>,
): Promise<Diagnosis> {
  const check = 'recovery key';
  return diagnose(
    check,
    async () => {
      const { keyIds } = await openKeys();
      const confirmed = await readConfirmation(confirmationFile(configuration));
      if (confirmed !== undefined && keyIds.includes(confirmed.keyId)) {
        return well(check, `${confirmed.keyId} was confirmed at ${confirmed.confirmedAt}`);
      }
      return {
        ...{ check, state: 'warn', found: 'nobody has shown yet that its private half is kept and works' },
        advice: 'run doctor --confirm-recovery-key <private pem>, then keep it off this machine',
      };
    },
    'correct keys.recoveryPublicKey',
  );
}

async function readConfirmation(file: string): Promise<z.infer<typeof confirmation> | undefined> {
  try {
    return confirmation.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Never confirmed, or by something else than this.
    return undefined;
  }
}
