import type { Request } from 'express';
import { CodedError } from '../../errors/coded-error.ts';
import type { ApiDeps } from '../deps.ts';
import type { Caller } from './caller.ts';
import { readSession, sessionValue } from './session-cookie.ts';

type Deps = Pick<ApiDeps, 'apiKeys' | 'accessTokens' | 'clock'>;

/**
 * Who asks, by API key, access token or session cookie; throws `unauthorized`, and what an access token is refused
 * with. A cookie counts only for requests of our own pages.
 */
export async function authenticate(request: Request, deps: Deps): Promise<Caller> {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) return bearer(authorization, deps);
  const session = sessionValue(cookie);
  if (session === undefined) {
    throw new CodedError(
      'unauthorized',
      'an API key or access token is needed: send the header Authorization: Bearer <API key>',
    );
  }
  return ofSession(session, request, deps);
}

async function bearer(authorization: string, { apiKeys, accessTokens }: Deps): Promise<Caller> {
  const given = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (given === undefined) {
    throw new CodedError('unauthorized', 'the Authorization header must read: Bearer <API key>');
  }
  // A key of ours has no dot.
  if (accessTokens !== undefined && given.includes('.')) return accessTokens.verify(given);
  const apiKey = await apiKeys.verify(given);
  if (apiKey !== undefined) return apiKey;
  throw new CodedError('unauthorized', 'this API key is not known, or was revoked');
}

async function ofSession(session: string, request: Request, { apiKeys, clock }: Deps): Promise<Caller> {
  const secret = await apiKeys.sessionSecret();
  const now = clock.now();
  const apiKey = secret && readSession(session, secret, { keys: await apiKeys.list(), now });
  if (apiKey === undefined) throw new CodedError('unauthorized', 'the session has ended: sign in again');
  if (!['GET', 'HEAD'].includes(request.method) && isForeign(request)) {
    throw new CodedError('forbidden', 'another site may not use your session');
  }
  return apiKey;
}

/** Browsers say where a request comes from; SameSite keeps the cookie from other sites, and this from other ports. */
function isForeign({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}
