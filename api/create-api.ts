import express, { type Express } from 'express';
import { serveBoard } from './board.ts';
import type { ApiDeps } from './deps.ts';
import { endpoints } from './endpoints.ts';
import { answerErrors, answerUnknownPath } from './http/answer-errors.ts';
import { sendToSignIn, servePages } from './pages.ts';
import { securityHeaders } from './http/security-headers.ts';
import { serveEndpoints } from './http/serve-endpoints.ts';

/** The API, the board and the pages as one Express application; `listen` puts it on a port. */
export function createApi(deps: ApiDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  // Queries are parsed strictly, by parse-input.
  app.set('query parser', false);
  app.use(securityHeaders);
  serveEndpoints(app, endpoints, deps);
  serveBoard(app, deps);
  servePages(app, deps);
  app.use(answerUnknownPath);
  app.use(sendToSignIn);
  app.use(answerErrors(deps.log));
  return app;
}
