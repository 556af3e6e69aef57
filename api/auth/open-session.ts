import { CodedError } from '../../errors/coded-error.ts';
import type { ApiDeps } from '../deps.ts';
import type { Role } from './roles.ts';
import { sessionMs, sessionSetCookie, signSession } from './session-cookie.ts';

export interface Session {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: string;
}

/** A session for the holder of a key, and the Set-Cookie that carries it; throws `unauthorized`. */
export async function openSession(
  key: string,
  { apiKeys, clock, log, secureCookies }: Pick<ApiDeps, 'apiKeys' | 'clock' | 'log' | 'secureCookies'>,
): Promise<{ readonly cookie: string; readonly session: Session }> {
  const apiKey = await apiKeys.verify(key);
  const secret = await apiKeys.sessionSecret();
  if (apiKey === undefined || secret === undefined) {
    log.warn({ audit: 'refused', who: 'unknown', code: 'unauthorized' }, 'a sign-in was refused');
    throw new CodedError('unauthorized', 'this API key is not known, or was revoked');
  }
  const now = clock.now();
  const { name, role } = apiKey;
  return {
    cookie: sessionSetCookie(signSession(apiKey, secret, now), secureCookies),
    session: { name, role, expiresAt: new Date(now + sessionMs).toISOString() },
  };
}
