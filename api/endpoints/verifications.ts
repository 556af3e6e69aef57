import { z } from 'zod';
import { verificationLevel } from '../../model/verification.ts';
import { endpoint } from '../endpoint.ts';
import { parseInput } from '../http/parse-input.ts';
import { recordingBehind } from '../recording-behind.ts';
import { backupIdOf } from './backup-id.ts';
import { noSuchBackup } from './show-backup.ts';

const verificationBody = z.strictObject({
  level: verificationLevel.describe(
    '1: every object is there, with its size and checksum; 2: opens and decodes all; 3: restores and compares',
  ),
  reason: z.string().min(1).max(500).describe('why, for the record: 1 to 500 characters').exactOptional(),
});

export const startVerification = endpoint({
  id: 'startVerification',
  method: 'POST',
  path: '/api/backups/{id}/verifications',
  role: 'operator',
  summary: 'Verifies a backup now',
  details:
    'Verifications go one at a time, beside the backups. Who asked, and why, stays on record. A backup in which something is wrong is called damaged from then on, until a verification of that level finds it whole.',
  body: verificationBody,
  replies: {
    202: {
      description: 'Queued',
      schema: 'VerificationReply',
      headers: { Location: 'Path of the verifications of the backup' },
    },
    404: { description: 'No such backup', schema: 'Problem' },
    409: {
      description: 'It is being verified at that level already, or was never completed',
      schema: 'Problem',
    },
  },
  async handle({ params, body, caller }, { routes }) {
    const backupId = backupIdOf(params);
    const { level, reason = null } = body;
    const requestedBy = caller?.name ?? 'unknown';
    const order = await routes.verifyBackup({ backupId, level, reason, requestedBy });
    return {
      status: 202,
      headers: { Location: `/api/backups/${backupId}/verifications` },
      body: { verificationId: order.verificationId, backupId, level, status: 'queued' },
    };
  },
});

/** More than a year of daily ones. */
const shown = 500;

export const listVerifications = endpoint({
  id: 'listVerifications',
  method: 'GET',
  path: '/api/backups/{id}/verifications',
  role: 'viewer',
  summary: `Verifications of a backup that have ended, newest first, ${shown} at most`,
  replies: {
    200: { description: 'Its verifications', schema: 'Verifications' },
    404: { description: 'No such backup', schema: 'Problem' },
  },
  async handle({ params }, { metadata, verifications }) {
    const id = backupIdOf(params);
    const found = await verifications.verifications(id, shown);
    if (found.length === 0 && (await metadata.get(id)) === undefined) throw noSuchBackup(id);
    return { status: 200, body: found };
  },
});

const path = z.strictObject({
  id: z.ulid().toUpperCase().describe('the id of a backup: a ULID, 26 letters and digits'),
  verificationId: z.ulid().toUpperCase().describe('the id of a verification: a ULID, 26 letters and digits'),
});

export const showVerification = endpoint({
  id: 'showVerification',
  method: 'GET',
  path: '/api/backups/{id}/verifications/{verificationId}',
  role: 'viewer',
  summary: 'One verification: whether it is queued or running, and what came of it',
  details:
    'One that is neither open nor ended ended a moment ago and is not recorded here yet, or is lost, as with the data of Redis: where that stays so, ask for it again.',
  replies: { 200: { description: 'How it stands', schema: 'VerificationStanding' } },
  async handle({ params }, deps) {
    const { verifications, openVerifications } = deps;
    const { id, verificationId } = parseInput(path, params, 'path');
    const found = (await verifications.verifications(id, shown)).find((one) => one.id === verificationId);
    const open =
      found === undefined && ((await openVerifications.has(verificationId)) || (await recordingBehind(deps)));
    return { status: 200, body: { verificationId, backupId: id, open, ended: found ?? null } };
  },
});
