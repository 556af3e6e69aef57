import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../errors/coded-error.ts';
import type { VerificationLevel } from '../model/verification.ts';
import type { VerificationRecord } from '../stores/metadata/port.ts';
import { bytes, counted, duration } from '../web/quantities.ts';
import { askForJson } from './api-client.ts';
import type { Cli, SharedOptions } from './cli.ts';
import { connectionFor } from './connection.ts';

const lookEveryMs = 500;

/** Asks the running scheduler to verify a backup and waits for the result. Throws `object-damaged` for a damaged one. */
export async function queueVerification(
  backupId: string,
  options: SharedOptions & { readonly level: VerificationLevel; readonly reason?: string },
  cli: Cli,
): Promise<void> {
  const { level, reason } = options;
  const connection = await connectionFor(options, cli);
  const path = `/api/backups/${backupId}/verifications`;
  const body = { level, ...(reason === undefined ? {} : { reason }) };
  const { verificationId } = await askForJson<{ verificationId: string }>(connection, path, {
    method: 'POST',
    body,
  });
  cli.err(`verification ${verificationId} is queued`);
  for (;;) {
    const ended = await askForJson<readonly VerificationRecord[]>(connection, path);
    const found = ended.find(({ id }) => id === verificationId);
    if (found !== undefined) {
      tell(found, options.json === true, cli);
      return;
    }
    await pause(lookEveryMs);
  }
}

function tell(found: VerificationRecord, json: boolean, cli: Cli): void {
  for (const note of found.notes) cli.err(`note: ${note}`);
  if (json) cli.out(JSON.stringify(found));
  const { backupId, backupType, result } = found;
  if (result === 'damaged') {
    const named = found.findings.map(({ object, problem }) => `${object ?? 'the backup'}: ${problem}`);
    throw new CodedError('object-damaged', `backup ${backupId} is damaged\n${named.join('\n')}`);
  }
  if (result === 'failed') {
    throw new CodedError(
      'verification-failed',
      `backup ${backupId} could not be verified (${found.errorCode ?? 'internal'}): ${found.errorMessage ?? 'no reason given'}`,
    );
  }
  if (json) return;
  const read = `${counted(found.objects, 'object')} and ${counted(found.manifests, 'manifest')}, ${bytes(found.bytes)} read`;
  cli.out(
    `${backupType} backup ${backupId} is whole at level ${found.reached}: ${read} in ${duration(found.durationMs)}`,
  );
}
