import type { ErrorRequestHandler, Request } from 'express';
import type { Log } from '../../engine/log.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { problemOf } from './problem.ts';

export function answerUnknownPath(request: Request): never {
  throw new CodedError(
    'path-not-found',
    `there is nothing at ${request.path.slice(0, 200)}; /api/openapi.json lists what there is`,
  );
}

/** Every error leaves as problem details. */
export function answerErrors(log: Log): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      log.error({ path: request.path, error: errorText(error) }, 'an answer was cut short');
      response.destroy();
      next();
      return;
    }
    const problem = problemOf(error, request.originalUrl.slice(0, 500), log);
    if (problem.status === 401) {
      const wrongKey = request.headers.authorization === undefined ? '' : ', error="invalid_token"';
      response.set('WWW-Authenticate', `Bearer realm="backup-scheduler"${wrongKey}`);
    }
    // What is left of the body would be taken for the next request.
    if (problem.status === 413) response.set('Connection', 'close');
    response.set('cache-control', 'no-store');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}
