import type { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';

/** Where a value came from, for the error. */
export type InputPlace = 'query' | 'path' | 'header' | 'body';

const placeNames = {
  query: 'query parameter',
  path: 'path parameter',
  header: 'header',
  body: 'field',
} as const;

/**
 * Parses named values; throws `invalid-request` that names the first wrong or unknown one, its value and what is allowed
 * (the description of its schema).
 */
export function parseInput<Out>(
  schema: z.ZodObject & z.ZodType<Out>,
  values: Readonly<Record<string, unknown>>,
  place: InputPlace,
): Out {
  const known = Object.keys(schema.shape);
  const foreign = Object.keys(values).find((name) => !known.includes(name));
  if (foreign !== undefined) {
    throw wrong(place, foreign, {
      why: 'is not known here',
      allowed: known.length === 0 ? 'none' : known.join(', '),
    });
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const name = String(parsed.error.issues[0]?.path[0] ?? '');
  const field: unknown = schema.shape[name];
  const allowed = describe(field) ?? parsed.error.issues[0]?.message ?? '';
  const value = values[name];
  if (value === undefined) throw wrong(place, name, { why: 'is missing', allowed });
  throw wrong(place, name, { why: `is not allowed: ${shortened(value)}`, allowed, value: shortened(value) });
}

function wrong(
  place: InputPlace,
  name: string,
  { why, allowed, value }: { readonly why: string; readonly allowed: string; readonly value?: string },
): CodedError {
  const shown = name.slice(0, 100);
  return new CodedError('invalid-request', `${placeNames[place]} "${shown}" ${why}; allowed: ${allowed}`, {
    facts: { in: place, parameter: shown, allowed, ...(value === undefined ? {} : { value }) },
  });
}

function describe(field: unknown): string | undefined {
  if (typeof field !== 'object' || field === null || !('description' in field)) return undefined;
  return typeof field.description === 'string' ? field.description : undefined;
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
