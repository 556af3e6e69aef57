import { z } from 'zod';
import { cutText } from '../../engine/cut-text.ts';
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
      allowed: known.length === 0 ? ['none'] : known,
    });
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const name = String(parsed.error.issues[0]?.path[0] ?? '');
  const allowed = allowedBy(schema, name) ?? [parsed.error.issues[0]?.message ?? ''];
  const value = values[name];
  if (value === undefined) throw wrong(place, name, { why: 'is missing', allowed });
  throw wrong(place, name, { why: `is not allowed: ${shortened(value)}`, allowed, value: shortened(value) });
}

function wrong(
  place: InputPlace,
  name: string,
  given: { readonly why: string; readonly allowed: readonly string[]; readonly value?: string },
): CodedError {
  const { why, allowed, ...value } = given;
  const field = name.slice(0, 100);
  return new CodedError(
    'invalid-request',
    `${placeNames[place]} "${field}" ${why}; allowed: ${allowed.join(', ')}`,
    {
      facts: { in: place, field, allowed, ...value },
    },
  );
}

/** The choices, where there are some, else what the description says. */
function allowedBy(schema: z.ZodObject, name: string): readonly string[] | undefined {
  const { properties } = z.toJSONSchema(schema, { io: 'input' });
  const property = properties?.[name];
  if (typeof property !== 'object') return undefined;
  if (property.enum !== undefined) return property.enum.map(String);
  return property.description === undefined ? undefined : [property.description];
}

function shortened(value: unknown): string {
  return cutText(JSON.stringify(value), 100);
}
