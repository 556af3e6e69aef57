import { z } from 'zod';
import type { DocumentedReply, Endpoint } from '../endpoint.ts';
import { parametersOf } from './parameters.ts';
import { responseSchemas } from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

const problem: DocumentedReply = { description: 'Refused or failed', schema: 'Problem' };

/** The OpenAPI 3.1 document of the endpoints. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const endpoint of endpoints) {
    (paths[endpoint.path] ??= {})[endpoint.method.toLowerCase()] = operation(endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Backup Scheduler',
      version,
      description: 'Errors are RFC 9457 problem details with a stable code. Times are ISO-8601 in UTC.',
    },
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, or an access token (JWT) of the configured identity provider',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'backup_session' },
      },
    },
  };
}

function operation(endpoint: Endpoint): Json {
  const { id, summary, details, role, body, replies } = endpoint;
  const known = Object.entries(replies).map(([status, reply]) => [status, response(reply)] as const);
  return {
    operationId: id,
    summary,
    description: [details, role === 'anyone' ? 'Needs no key.' : `Needs the role ${role}.`]
      .filter(Boolean)
      .join(' '),
    parameters: parametersOf(endpoint),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: inputSchema(body) } } },
    }),
    responses: { ...Object.fromEntries(known), default: response(problem) },
    security: role === 'anyone' ? [] : [{ bearer: [] }, { session: [] }],
  };
}

function response({ description, schema, headers }: DocumentedReply): Json {
  const media =
    schema === 'event-stream'
      ? { 'text/event-stream': { schema: { type: 'string' } } }
      : {
          [schema === 'Problem' ? 'application/problem+json' : 'application/json']: {
            schema: ref(schema ?? ''),
          },
        };
  return {
    description,
    ...(schema && { content: media }),
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: 'string' } },
        ]),
      ),
    }),
  };
}

function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** JSON Schema of what is sent to us. */
export function inputSchema(schema: z.ZodType): Json {
  return withoutDialect(z.toJSONSchema(schema, { io: 'input' }));
}

/** The document names the dialect once, for all. */
function withoutDialect(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'));
}

function componentSchemas(): Json {
  const named = Object.entries(responseSchemas).map(([name, schema]) => {
    return [name, withoutDialect(z.toJSONSchema(schema as z.ZodType))] as const;
  });
  return Object.fromEntries(named);
}
