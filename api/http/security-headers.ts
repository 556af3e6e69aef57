import type { NextFunction, Request, Response } from 'express';

const everywhere = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
const ours =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";
/** The board has inline styles and asks a font server; without the fonts it looks as good. */
const board =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'";
const closing = "; form-action 'self'; frame-ancestors 'none'; base-uri 'self'";

/** Headers that every answer carries: nothing from elsewhere is loaded, nobody frames us. */
export function securityHeaders(request: Request, response: Response, next: NextFunction): void {
  response.set(everywhere);
  response.set('Content-Security-Policy', (isBoard(request.path) ? board : ours) + closing);
  next();
}

function isBoard(path: string): boolean {
  return path === '/board' || path.startsWith('/board/');
}
