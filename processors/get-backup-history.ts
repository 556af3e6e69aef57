import { z } from 'zod';
import type { Exchange } from '../engine/exchange.ts';
import { CodedError } from '../errors/coded-error.ts';
import { backupType, backupTypes } from '../model/backup-kind.ts';
import { type BackupRecord, backupStatuses, type MetadataStore } from '../stores/metadata/port.ts';

export interface BackupHistory {
  /** Newest first. */
  readonly items: readonly BackupRecord[];
  /** `cursor` of the next page; null on the last one. */
  readonly nextCursor: string | null;
}

const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text).toISOString());

const query = z.strictObject({
  backupType: backupType.exactOptional(),
  status: z.enum(backupStatuses).exactOptional(),
  tenantId: z.uuid().exactOptional(),
  from: moment.exactOptional(),
  to: moment.exactOptional(),
  limit: z
    .union([z.int(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.int().min(1).max(1000))
    .default(50),
  cursor: z.ulid().exactOptional(),
});

const allowed: Readonly<Record<string, readonly string[]>> = {
  backupType: backupTypes,
  status: backupStatuses,
  tenantId: ['a UUID'],
  from: ['an ISO-8601 date or time with its zone'],
  to: ['an ISO-8601 date or time with its zone'],
  limit: ['1 to 1000'],
  cursor: ['nextCursor of the page before'],
};

/**
 * Backups, newest first: {backupType?, status?, tenantId?, from?, to?, limit? = 50, cursor?}. Throws `invalid-request`
 * that names the field and what is allowed.
 */
export async function getBackupHistory(
  { body }: Exchange<unknown>,
  { metadata }: { readonly metadata: Pick<MetadataStore, 'history'> },
): Promise<BackupHistory> {
  const parsed = query.safeParse(body);
  if (!parsed.success) throw invalid(parsed.error);
  const { limit, cursor, ...filters } = parsed.data;
  // One more than asked for tells whether there is a next page.
  const after = cursor === undefined ? {} : { after: cursor };
  const found = await metadata.history({ ...filters, ...after, limit: limit + 1 });
  const items = found.slice(0, limit);
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function invalid(error: z.ZodError): CodedError {
  const [issue] = error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = unknown ?? String(issue?.path[0] ?? '(query)');
  const choice = allowed[field] ?? Object.keys(allowed);
  const problem = unknown === undefined ? `Invalid ${field}` : `Unknown field: ${field}`;
  return new CodedError('invalid-request', `${problem}; allowed: ${choice.join(', ')}.`, {
    cause: error,
    facts: { field, allowed: choice },
  });
}
