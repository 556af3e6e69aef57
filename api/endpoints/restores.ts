import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import { restorableType, restorableTypes } from '../../model/restore-order.ts';
import { recoveryStatuses } from '../../stores/metadata/recovery-port.ts';
import { endpoint } from '../endpoint.ts';
import { parseInput } from '../http/parse-input.ts';
import { openRestoreOf, recordOfOpen, standingOf } from '../open-restores.ts';
import { pageLimit } from './page-limit.ts';

const restoresQuery = z.strictObject({
  backupType: restorableType.exactOptional().describe(`one of ${restorableTypes.join(', ')}`),
  status: z
    .enum(recoveryStatuses)
    .exactOptional()
    .describe(`one of ${recoveryStatuses.join(', ')}`),
  limit: pageLimit,
  cursor: z.ulid().exactOptional().describe('the id of the last restore of the page before'),
});

export const listRestores = endpoint({
  id: 'listRestores',
  method: 'GET',
  path: '/api/restores',
  role: 'viewer',
  summary: 'Restores, newest first: what, by whom and why',
  details: 'Follow the Link header with rel="next" for older ones.',
  query: restoresQuery,
  replies: {
    200: {
      description: 'Restores, newest first',
      schema: 'RestoreRecords',
      headers: { Link: 'Path of the next page, rel="next"; missing on the last page' },
    },
  },
  async handle({ query, url }, { recoveries }) {
    const { limit = 50, cursor, ...filter } = query;
    const after = cursor === undefined ? {} : { after: cursor };
    const found = await recoveries.recoveries({ ...filter, ...after, limit: limit + 1 });
    const body = found.slice(0, limit);
    const last = body.at(-1);
    if (found.length === body.length || last === undefined) return { status: 200, body };
    const next = new URL(url, 'http://localhost');
    next.searchParams.set('cursor', last.id);
    return { status: 200, body, headers: { Link: `<${next.pathname}${next.search}>; rel="next"` } };
  },
});

export const showRestore = endpoint({
  id: 'showRestore',
  method: 'GET',
  path: '/api/restores/{id}',
  role: 'viewer',
  summary: 'One restore: what was asked for, its progress while it is queued or runs, and what came of it',
  replies: {
    200: { description: 'The restore', schema: 'Restore' },
    404: { description: 'No such restore', schema: 'Problem' },
  },
  async handle({ params }, deps) {
    const id = restoreIdOf(params);
    const [record, open] = await Promise.all([deps.recoveries.recovery(id), openRestoreOf(id, deps)]);
    const known = record ?? (open && recordOfOpen(open));
    if (known === undefined) throw noSuchRestore(id);
    return { status: 200, body: { ...known, progress: open ? standingOf(open) : null } };
  },
});

const path = z.strictObject({
  id: z.ulid().toUpperCase().describe('the id of a restore: a ULID, 26 letters and digits'),
});

/** The restore that the path names; throws `invalid-request` when it cannot be an id. */
export function restoreIdOf(params: Readonly<Record<string, string>>): string {
  return parseInput(path, params, 'path').id;
}

export function noSuchRestore(id: string): CodedError {
  return new CodedError('restore-not-found', `there is no restore with the id ${id}`, {
    facts: { restoreId: id },
  });
}
