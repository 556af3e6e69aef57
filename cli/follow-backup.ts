import { setTimeout as pause } from 'node:timers/promises';
import { errorCode, CodedError } from '../errors/coded-error.ts';
import type { BackupRecord } from '../stores/metadata/port.ts';
import { askApi, askForJson } from './api-client.ts';
import type { Cli } from './cli.ts';
import type { Connection } from './connection.ts';
import { serverSentEvents } from './server-sent-events.ts';

/** How often a lost API is asked again before giving up. */
const patience = 30;

/**
 * Shows the progress of a backup on standard error until it has ended, over restarts of the API; returns its record. Throws
 * `backup-failed` for one that is lost.
 */
export async function followBackup(id: string, connection: Connection, cli: Cli): Promise<BackupRecord> {
  let seen = '';
  for (let lost = 0; lost < patience; lost++) {
    try {
      const response = await askApi(connection, `/api/backups/${id}/progress`, {
        headers: seen === '' ? {} : { 'last-event-id': seen },
      });
      if (response.status === 204) return await askForJson<BackupRecord>(connection, `/api/backups/${id}`);
      for await (const { id: eventId, event, data } of serverSentEvents(response)) {
        seen = eventId;
        lost = 0;
        if (event === 'end') return await askForJson<BackupRecord>(connection, `/api/backups/${id}`);
        cli.err(`${id}: ${JSON.stringify(data['state'])}, ${JSON.stringify(data['bytes'] ?? 0)} bytes read`);
      }
    } catch (error) {
      if (errorCode(error) === 'backup-not-found') throw lostBackup(id, error);
      if (error instanceof CodedError && errorCode(error) !== 'api-unreachable' && error.status < 500)
        throw error;
    }
    await pause(1000);
  }
  throw new CodedError(
    'api-unreachable',
    `the API was lost while backup ${id} ran; see \`backup-scheduler show ${id}\``,
  );
}

function lostBackup(backupId: string, cause: unknown): CodedError {
  return new CodedError(
    'backup-failed',
    `backup ${backupId} was lost before it was recorded, as when Redis loses its data: trigger it again`,
    { cause, facts: { backupId } },
  );
}
