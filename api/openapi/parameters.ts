import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

type Parameter = Readonly<Record<string, unknown>>;

/** Path, query and header parameters of an endpoint, as OpenAPI writes them. */
export function parametersOf({ path, query, headers }: Endpoint): readonly Parameter[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return [...inPath, ...named('query', query), ...named('header', headers)];
}

function named(place: 'query' | 'header', schema: z.ZodObject | undefined): readonly Parameter[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = typeof property === 'object' ? property : {};
    return { name, in: place, required: required.includes(name), description, schema: rest };
  });
}
