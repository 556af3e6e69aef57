import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import { requireRole } from '../auth/require-role.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiReply, Endpoint } from '../endpoint.ts';
import { jsonBody } from './json-body.ts';
import { parseInput } from './parse-input.ts';
import { queryValues } from './query-values.ts';
import { sendEvents } from './send-events.ts';

const nothing = z.strictObject({});

/** Serves each path of the table with all its methods; any other method is answered 405 with what is allowed. */
export function serveEndpoints(app: Express, endpoints: readonly Endpoint[], deps: ApiDeps): void {
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const atPath = endpoints.filter((endpoint) => endpoint.path === path);
    app.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), async (request, response) => {
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const endpoint = atPath.find((candidate) => candidate.method === method);
      if (endpoint === undefined) answerOtherMethod(request, response, allowedMethods(atPath));
      else await serve(endpoint, { request, response, deps });
    });
  }
}

/** OPTIONS is answered with what is allowed; anything else is refused with the same. */
export function answerOtherMethod(request: Request, response: Response, allow: string): void {
  response.set('Allow', allow);
  if (request.method !== 'OPTIONS') {
    throw new CodedError('method-not-allowed', `${request.method} is not allowed here; allowed: ${allow}`, {
      facts: { allowed: allow },
    });
  }
  response.status(204).end();
}

/** Aborts when the client has gone or the process is to end; `AbortSignal.any` would stay with the latter for ever. */
function endOf(response: Response, stopping: AbortSignal): AbortController {
  const ended = new AbortController();
  const end = (): void => {
    stopping.removeEventListener('abort', end);
    ended.abort();
  };
  if (stopping.aborted) end();
  stopping.addEventListener('abort', end);
  response.on('close', end);
  return ended;
}

async function serve(
  endpoint: Endpoint,
  {
    request,
    response,
    deps,
  }: { readonly request: Request; readonly response: Response; readonly deps: ApiDeps },
): Promise<void> {
  const { signal } = endOf(response, deps.stopping);
  const caller = endpoint.role === 'anyone' ? undefined : await requireRole(request, endpoint.role, deps);
  const params = request.params as Record<string, string>;
  const query = parseInput(endpoint.query ?? nothing, queryValues(request.url), 'query');
  const headers = endpoint.headers === undefined ? {} : headersOf(request, endpoint.headers);
  const body = endpoint.body && parseInput(endpoint.body, await jsonBody(request, response), 'body');
  const reply = await endpoint.handle(
    { url: request.originalUrl, params, query, body, headers, caller, signal },
    deps,
  );
  await send(reply, { request, response, signal });
}

async function send(
  reply: ApiReply,
  {
    request,
    response,
    signal,
  }: { readonly request: Request; readonly response: Response; readonly signal: AbortSignal },
): Promise<void> {
  response.set({ 'cache-control': 'no-store', ...reply.headers });
  if (reply.events !== undefined && request.method !== 'HEAD') {
    try {
      await sendEvents(response, reply.events, signal);
    } catch (error) {
      // The process is to end: the client asks again, and gets another one.
      if (signal.aborted) response.end();
      else throw error;
    }
  } else if (reply.body === undefined) response.status(reply.status).end();
  else response.status(reply.status).json(reply.body);
}

function headersOf(request: Request, schema: z.ZodObject): Readonly<Record<string, string>> {
  const names = Object.keys(schema.shape);
  const given = names.flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return parseInput(
    schema as z.ZodObject & z.ZodType<Record<string, string>>,
    Object.fromEntries(given),
    'header',
  );
}

function allowedMethods(endpoints: readonly Endpoint[]): string {
  const methods = endpoints.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...methods, 'OPTIONS'].join(', ');
}
