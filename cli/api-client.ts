import { z } from 'zod';
import { CodedError, errorText } from '../errors/coded-error.ts';
import { errorCodes, type ErrorCode } from '../errors/error-codes.ts';
import type { Connection } from './connection.ts';

/** ms. */
const patience = 60_000;

const problem = z.looseObject({ code: z.string(), detail: z.string() });

export interface ApiRequestOptions {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the API; throws the error that it answers with, or `api-unreachable`. */
export async function askApi(
  { url, key }: Connection,
  path: string,
  { method = 'GET', body, headers = {}, signal }: ApiRequestOptions & { readonly signal?: AbortSignal } = {},
): Promise<Response> {
  const sent = headersOf({
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  let response: Response;
  try {
    response = await fetch(new URL(path, url), {
      ...{ method, headers: sent, signal: signal ?? null },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new CodedError(
      'api-unreachable',
      `nothing answers at ${url} (${reason(cause)}): start it with \`backup-scheduler start\`, or give another --url`,
      { cause, facts: { url } },
    );
  }
  // A control plane that is not ready answers with what is wrong, which is what was asked for.
  if (response.ok || (response.status === 503 && path === '/api/health')) return response;
  throw await errorOf(response);
}

/** The JSON of an answer, of a shape that the API promises; waits for all of it for a minute. */
export async function askForJson<T>(
  connection: Connection,
  path: string,
  options?: ApiRequestOptions,
): Promise<T> {
  const signal = AbortSignal.timeout(patience);
  try {
    return (await (await askApi(connection, path, { ...options, signal })).json()) as T;
  } catch (error) {
    if (!signal.aborted) throw error;
    const { url } = connection;
    throw new CodedError(
      'api-unreachable',
      `${url} did not answer ${path} within ${patience / 1000} s: see \`status\`, or its log, for what it waits for`,
      { cause: error, facts: { url } },
    );
  }
}

/** Refused where it holds what no header can: a key that was copied with something else. */
function headersOf(fields: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers(fields);
  } catch (cause) {
    throw new CodedError(
      'unauthorized',
      'the API key, or the idempotency key, holds a character that no header can carry: copy it again',
      { cause },
    );
  }
}

async function errorOf(response: Response): Promise<CodedError> {
  const text = await response.text();
  const parsed = problem.safeParse(jsonOf(text));
  if (!parsed.success) {
    const shown = text.slice(0, 200);
    return new CodedError(
      'internal',
      `${response.url} answered ${response.status}, and not as this API would: ${shown}`,
    );
  }
  const { code, detail } = parsed.data;
  return new CodedError(isErrorCode(code) ? code : 'internal', detail);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

/** fetch wraps what happened: ECONNREFUSED, ENOTFOUND. */
function reason(thrown: unknown): string {
  const cause = typeof thrown === 'object' && thrown !== null && 'cause' in thrown ? thrown.cause : thrown;
  if (typeof cause === 'object' && cause !== null && 'code' in cause) return String(cause.code);
  return errorText(cause);
}
