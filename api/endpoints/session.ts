import { z } from 'zod';
import { openSession } from '../auth/open-session.ts';
import { sessionSetCookie } from '../auth/session-cookie.ts';
import { endpoint } from '../endpoint.ts';

export const startSession = endpoint({
  id: 'startSession',
  method: 'POST',
  path: '/api/session',
  role: 'anyone',
  summary: 'Exchanges an API key for a session cookie, for browsers',
  body: z.strictObject({ key: z.string().min(1).max(200).describe('an API key') }),
  replies: {
    200: {
      description: 'Signed in',
      schema: 'Session',
      headers: { 'Set-Cookie': 'The session: HttpOnly, SameSite=Strict, valid for an hour' },
    },
    401: { description: 'The key is not known', schema: 'Problem' },
  },
  async handle({ body }, deps) {
    const { cookie, session } = await openSession(body.key, deps);
    return { status: 200, headers: { 'Set-Cookie': cookie }, body: session };
  },
});

export const endSession = endpoint({
  id: 'endSession',
  method: 'DELETE',
  path: '/api/session',
  role: 'anyone',
  summary:
    'Removes the cookie of this browser; a copy of it stays valid for what is left of its hour, or until its API key is revoked',
  replies: { 204: { description: 'Signed out', headers: { 'Set-Cookie': 'Removes the session' } } },
  handle: (_request, { secureCookies }) =>
    Promise.resolve({ status: 204, headers: { 'Set-Cookie': sessionSetCookie('', secureCookies) } }),
});
