import express, { type Request, type RequestHandler, type Response } from 'express';
import { cutText } from '../../engine/cut-text.ts';
import { CodedError } from '../../errors/coded-error.ts';

export const bodyLimitBytes = 64 * 1024;
const deepest = 8;
const parse: RequestHandler = express.json({
  limit: bodyLimitBytes,
  strict: false,
  inflate: false,
  type: 'application/json',
});

/** The JSON object of a request; throws what is wrong with it (400, 413 or 415). */
export async function jsonBody(
  request: Request,
  response: Response,
): Promise<Readonly<Record<string, unknown>>> {
  if (request.is('application/json') === false) {
    const given = request.headers['content-type'];
    throw new CodedError(
      'unsupported-media-type',
      `the body must be JSON with Content-Type: application/json, and the request says ${given === undefined ? 'nothing' : `"${given.slice(0, 100)}"`}`,
      { facts: { allowed: ['application/json'] } },
    );
  }
  await new Promise<void>((resolve, reject) => {
    void parse(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('unreadable', { cause: error }));
    });
  });
  const body: unknown = request.body;
  if (body === undefined) {
    throw new CodedError('invalid-request', 'the body is missing: send a JSON object', {
      facts: { in: 'body' },
    });
  }
  if (!isObject(body)) {
    throw new CodedError('invalid-request', 'the body must be a JSON object', { facts: { in: 'body' } });
  }
  refuseHostile(body, 1);
  return body;
}

/** No key that could reach a prototype, no NUL, no text that UTF-8 cannot carry, nothing nested for its own sake. */
function refuseHostile(value: unknown, depth: number): void {
  if (typeof value === 'string' && value.includes('\0')) {
    throw new CodedError('invalid-request', 'a text in the body holds a NUL character; leave it out', {
      facts: { in: 'body' },
    });
  }
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new CodedError(
      'invalid-request',
      'a text in the body holds half a surrogate pair (\\ud800 to \\udfff alone), which is no character; leave it out',
      { facts: { in: 'body' } },
    );
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth > deepest) {
    throw new CodedError('invalid-request', `the body is nested more than ${deepest} levels deep`, {
      facts: { in: 'body', allowed: [`${deepest} levels`] },
    });
  }
  for (const [key, inner] of Object.entries(value)) {
    if (
      ['__proto__', 'constructor', 'prototype'].includes(key) ||
      key.includes('\0') ||
      !key.isWellFormed()
    ) {
      throw new CodedError(
        'invalid-request',
        `the body holds a key that is never allowed: ${JSON.stringify(key)}`,
        {
          facts: { in: 'body', field: cutText(key.toWellFormed(), 100) },
        },
      );
    }
    refuseHostile(inner, depth + 1);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
