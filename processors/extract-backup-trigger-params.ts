import { z } from 'zod';
import { cutText } from '../engine/cut-text.ts';
import type { Exchange } from '../engine/exchange.ts';
import { CodedError } from '../errors/coded-error.ts';
import { backupKind, backupKinds, backupTypes, type BackupKind } from '../model/backup-kind.ts';
import type { BackupTrigger, TriggerRequest } from './triggering/backup-trigger.ts';

const fields = ['backupType', 'backupScope', 'tenantId'] as const;

/**
 * Reads {backupType, backupScope?, tenantId?}, strictly. Throws `invalid-request` whose facts name the field and, where
 * there is a choice, what is allowed.
 */
export function extractBackupTriggerParams({ body: request }: Exchange<TriggerRequest>): BackupTrigger {
  const { body, ...asked } = request;
  const { backupType, backupScope = 'full', tenantId } = paramsOf(body);
  const kinds = backupKind.options.filter((kind) => backupKinds[kind].type === backupType);
  if (kinds.length === 0) {
    throw invalid('backupType', `Invalid backup type: ${shown(backupType)}`, backupTypes);
  }
  const kind = kinds.find((candidate) => backupKinds[candidate].scope === backupScope);
  if (kind === undefined) throw invalidScope(backupScope, kinds);
  return { ...asked, kind, ...backupKinds[kind], tenantId: tenantOf(tenantId) };
}

function paramsOf(body: unknown): { readonly [Field in (typeof fields)[number]]?: unknown } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('(body)', 'The body must be a JSON object, e.g. {"backupType":"duckdb"}');
  }
  const unknown = Object.keys(body).find((name) => !fields.some((field) => field === name));
  if (unknown !== undefined) throw invalid(unknown, `Unknown field: ${shown(unknown)}`, fields);
  return body;
}

function invalidScope(scope: unknown, kinds: readonly BackupKind[]): CodedError {
  const types = [...new Set(kinds.map((kind) => backupKinds[kind].type))].join();
  const allowed = kinds.map((kind) => backupKinds[kind].scope);
  return invalid('backupScope', `Invalid backup scope for ${types}: ${shown(scope)}`, allowed);
}

function tenantOf(value: unknown): string | null {
  if (value === undefined) return null;
  const parsed = z.uuid().safeParse(value);
  // One spelling, so that a tenant's backups are found by it, on demand and by schedule.
  if (parsed.success) return parsed.data.toLowerCase();
  throw invalid('tenantId', `Invalid tenant id: ${shown(value)} is no UUID`);
}

/** What was given, short enough for a message. */
function shown(value: unknown): string {
  if (value === undefined) return '(missing)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return cutText(text, 80);
}

function invalid(field: string, problem: string, allowed?: readonly string[]): CodedError {
  const choice = allowed === undefined ? '' : `; allowed: ${allowed.join(', ')}`;
  const facts = { field, ...(allowed === undefined ? {} : { allowed }) };
  return new CodedError('invalid-request', `${problem}${choice}.`, { facts });
}
