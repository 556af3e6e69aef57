import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { CodedError, errorCode } from '../errors/coded-error.ts';
import { loginPage } from '../web/login-page.ts';
import { statusPage } from '../web/status-page.ts';
import { openSession } from './auth/open-session.ts';
import { requireRole } from './auth/require-role.ts';
import { sessionSetCookie } from './auth/session-cookie.ts';
import type { ApiDeps } from './deps.ts';
import { answerOtherMethod } from './http/serve-endpoints.ts';

const form = express.urlencoded({ extended: false, limit: '8kb', inflate: false });

/** The pages for people: status, sign-in and their two files. */
export function servePages(app: Express, deps: ApiDeps): void {
  app
    .route('/')
    .get(async (request, response) => {
      const { routes, exclusion, clock } = deps;
      const caller = await requireRole(request, 'viewer', deps);
      const [schedule, admissions, { items: history }] = await Promise.all([
        routes.backupSchedule(),
        exclusion.admissions(),
        routes.backupHistory({ limit: 20 }),
      ]);
      sendPage(response, statusPage({ schedule, admissions, history, caller, now: clock.now() }));
    })
    .all(only('GET, HEAD'));
  app
    .route('/login')
    .get((request, response) => {
      sendPage(
        response,
        loginPage(ownPath(new URL(request.originalUrl, 'http://localhost').searchParams.get('next'))),
      );
    })
    .post(form, async (request, response) => {
      await signIn(request, response, deps);
    })
    .all(only('GET, HEAD, POST'));
  app
    .route('/logout')
    .post((_request, response) => {
      response.set('Set-Cookie', sessionSetCookie('', deps.secureCookies)).redirect(303, '/login');
    })
    .all(only('POST'));
  const folder = webFolder();
  for (const file of ['status.js', 'status.css']) {
    app.get(`/web/${file}`, (_request, response) => {
      response.sendFile(join(folder, file), { maxAge: 0 });
    });
  }
}

/** A person without a session is sent to sign in; everyone else gets the error as it is. */
export const sendToSignIn: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const isPage = request.path === '/' || request.path.startsWith('/board');
  const isPerson = request.headers.accept?.includes('text/html') === true;
  if (!isPage || !isPerson || errorCode(error) !== 'unauthorized') next(error);
  else
    response.redirect(
      303,
      request.path === '/' ? '/login' : `/login?next=${encodeURIComponent(request.path)}`,
    );
};

async function signIn(request: Request, response: Response, deps: ApiDeps): Promise<void> {
  const body = new Map(Object.entries((request.body ?? {}) as Record<string, unknown>));
  const [key, next] = [body.get('key'), body.get('next')];
  const target = ownPath(typeof next === 'string' ? next : null);
  try {
    const { cookie } = await openSession(typeof key === 'string' ? key.trim() : '', deps);
    response.set('Set-Cookie', cookie).redirect(303, target);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'unauthorized') throw error;
    response.status(401);
    sendPage(response, loginPage(target, 'This key is not known, or was revoked.'));
  }
}

/** Only a path of our own: never another site, however it is written. */
function ownPath(next: string | null): string {
  return next !== null && /^\/(?:board(?:\/[\w/.-]*)?)?$/.test(next) ? next : '/';
}

function sendPage(response: Response, page: string): void {
  response.set('cache-control', 'no-store').type('html').send(page);
}

function only(allow: string) {
  return (request: Request, response: Response): void => {
    answerOtherMethod(request, response, `${allow}, OPTIONS`);
  };
}

/** Where status.js and status.css are: beside the sources, not among what is compiled. */
function webFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'web', 'status.css')) && folder !== dirname(folder))
    folder = dirname(folder);
  return join(folder, 'web');
}
