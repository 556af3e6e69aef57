import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../errors/coded-error.ts';
import type { VerificationLevel } from '../model/verification.ts';
import type { VerificationRecord } from '../stores/metadata/port.ts';
import { bytes, counted, duration } from '../web/quantities.ts';
import { askForJson } from './api-client.ts';
import type { Cli, SharedOptions } from './cli.ts';
import { connectionFor } from './connection.ts';

/** How often one that is neither open nor on record, or a scheduler that cannot say, is looked at again. */
const patience = 60;

interface Options extends SharedOptions {
  readonly level: VerificationLevel;
  readonly reason?: string;
  readonly lookEveryMs?: number;
}

/**
 * Asks the running scheduler to verify a backup and waits for the result. Throws `object-damaged` for a damaged one, and
 * `verification-failed` also for a verification that is lost.
 */
export async function queueVerification(backupId: string, options: Options, cli: Cli): Promise<void> {
  const { level, reason, lookEveryMs = 500 } = options;
  const connection = await connectionFor(options, cli);
  const path = `/api/backups/${backupId}/verifications`;
  const body = { level, ...(reason === undefined ? {} : { reason }) };
  const { verificationId } = await askForJson<{ verificationId: string }>(connection, path, {
    method: 'POST',
    body,
  });
  cli.err(`verification ${verificationId} is queued`);
  const ended = await endOf(() => askForJson(connection, `${path}/${verificationId}`), lookEveryMs);
  if (ended === undefined) {
    throw new CodedError(
      'verification-failed',
      `verification ${verificationId} was lost before it ended, as when Redis loses its data or the worker dies again and again: nothing is known of backup ${backupId}; ask for it again`,
      { facts: { verificationId, backupId } },
    );
  }
  tell(ended, options.json === true, cli);
}

/** Its record; undefined for one that is lost. */
async function endOf(
  ask: () => Promise<{ readonly open: boolean; readonly ended: VerificationRecord | null }>,
  lookEveryMs: number,
): Promise<VerificationRecord | undefined> {
  let trouble: CodedError | undefined;
  for (let looks = 0; looks < patience; looks++) {
    trouble = undefined;
    try {
      const { open, ended } = await ask();
      if (ended !== null) return ended;
      if (open) looks = 0;
    } catch (error) {
      if (!(error instanceof CodedError) || error.status < 500) throw error;
      trouble = error;
    }
    await pause(lookEveryMs);
  }
  if (trouble !== undefined) throw trouble;
  return undefined;
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
