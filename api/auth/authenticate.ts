import type { Request } from 'express';
import { CodedError } from '../../errors/coded-error.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiKey } from './api-keys.ts';
import { readSession, sessionValue } from './session-cookie.ts';

/** Who asks, by bearer key or session cookie; throws `unauthorized`. A cookie counts only for requests of our own pages. */
export async function authenticate(
  request: Request,
  { apiKeys, clock }: Pick<ApiDeps, 'apiKeys' | 'clock'>,
): Promise<ApiKey> {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const key = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    const apiKey = key === undefined ? undefined : await apiKeys.verify(key);
    if (apiKey === undefined) {
      throw new CodedError(
        'unauthorized',
        key === undefined
          ? 'the Authorization header must read: Bearer <API key>'
          : 'this API key is not known, or was revoked',
      );
    }
    return apiKey;
  }
  const session = sessionValue(cookie);
  if (session === undefined) {
    throw new CodedError(
      'unauthorized',
      'an API key is needed: send the header Authorization: Bearer <API key>',
    );
  }
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
