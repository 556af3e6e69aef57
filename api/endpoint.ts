import type { z } from 'zod';
import type { Caller } from './auth/caller.ts';
import type { Role } from './auth/roles.ts';
import type { ApiDeps } from './deps.ts';
import type { ServerSentEvent } from './http/send-events.ts';
import type { ResponseSchemaName } from './openapi/schemas.ts';

/** What a handler is given: everything was parsed and allowed. */
export interface ApiRequest<Query = unknown, Body = unknown> {
  /** Path and query as asked for. */
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined only where no key is needed. */
  readonly caller: Caller | undefined;
  /** Aborted when the client has gone or the process is to end. */
  readonly signal: AbortSignal;
}

export interface ApiReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: unknown;
  /** Instead of a body: a stream of server-sent events. */
  readonly events?: AsyncIterable<ServerSentEvent>;
}

export interface DocumentedReply {
  readonly description: string;
  readonly schema?: ResponseSchemaName | 'event-stream';
  readonly headers?: Readonly<Record<string, string>>;
}

/** One operation of the API: what the router serves, the roles guard and the document describes. */
export interface Endpoint<Query = unknown, Body = unknown> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As in OpenAPI: `/api/backups/{id}`. */
  readonly path: string;
  /** The least role that may; `anyone`: no key needed. */
  readonly role: Role | 'anyone';
  readonly summary: string;
  readonly details?: string;
  /** Only these query parameters are known; each has a description that says what is allowed. */
  readonly query?: z.ZodObject & z.ZodType<Query>;
  readonly body?: z.ZodObject & z.ZodType<Body>;
  /** Headers that it takes, each with a description that says what is allowed. */
  readonly headers?: z.ZodObject;
  readonly replies: Readonly<Record<number, DocumentedReply>>;
  handle(request: ApiRequest<Query, Body>, deps: ApiDeps): Promise<ApiReply>;
}

/** Keeps the types of query and body between schema and handler, and forgets them afterwards. */
export function endpoint<Query, Body>(definition: Endpoint<Query, Body>): Endpoint {
  return definition;
}
