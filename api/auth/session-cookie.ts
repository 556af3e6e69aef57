import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ApiKey } from './api-keys.ts';

export const sessionCookie = 'backup_session';
/** Milliseconds that a browser stays signed in. */
export const sessionMs = 60 * 60 * 1000;

const claims = z.strictObject({ name: z.string(), fingerprint: z.string(), expires: z.int() });

/** Value of the cookie: who, which key, until when, and a signature over it. */
export function signSession(apiKey: ApiKey, secret: Buffer, now: number): string {
  const { name, fingerprint } = apiKey;
  const payload = Buffer.from(JSON.stringify({ name, fingerprint, expires: now + sessionMs })).toString(
    'base64url',
  );
  return `${payload}.${sign(payload, secret).toString('base64url')}`;
}

/** The key that the session was opened with, if it still exists and the session has not expired. */
export function readSession(
  value: string,
  secret: Buffer,
  { keys, now }: { readonly keys: readonly ApiKey[]; readonly now: number },
): ApiKey | undefined {
  const [payload, signature, ...more] = value.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  const expected = sign(payload, secret);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // Signed by us, so it parses; what an older version signed may not.
  const parsed = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data.expires <= now) return undefined;
  const { name, fingerprint } = parsed.data;
  return keys.find((key) => key.name === name && key.fingerprint === fingerprint);
}

/** Set-Cookie that opens a session, or with an empty value ends it. */
export function sessionSetCookie(value: string, secure: boolean): string {
  const age = value === '' ? 0 : sessionMs / 1000;
  return `${sessionCookie}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** The session's value in a Cookie header. */
export function sessionValue(cookieHeader: string | undefined): string | undefined {
  for (const part of (cookieHeader ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === sessionCookie && value !== undefined && value !== '') return value;
  }
  return undefined;
}

function sign(payload: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(`session.${payload}`).digest();
}
