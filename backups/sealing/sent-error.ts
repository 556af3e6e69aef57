import { CodedError, type ErrorFacts, errorText } from '../../errors/coded-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';

/** An error as one thread tells another: a copied one would lose its class, its code and its path. */
export type SentError =
  | { readonly kind: 'coded'; readonly code: ErrorCode; readonly message: string; readonly facts: ErrorFacts }
  | { readonly kind: 'system'; readonly code: string; readonly message: string; readonly path: string | null }
  | { readonly kind: 'other'; readonly message: string };

export function sendError(thrown: unknown): SentError {
  const message = errorText(thrown);
  if (thrown instanceof CodedError) return { kind: 'coded', code: thrown.code, message, facts: thrown.facts };
  const { code, path } = (thrown ?? {}) as { readonly code?: unknown; readonly path?: unknown };
  if (typeof code !== 'string') return { kind: 'other', message };
  return { kind: 'system', code, message, path: typeof path === 'string' ? path : null };
}

export function receiveError(sent: SentError): Error {
  if (sent.kind === 'coded') return new CodedError(sent.code, sent.message, { facts: sent.facts });
  const error = new Error(sent.message);
  if (sent.kind === 'other') return error;
  const { code, path } = sent;
  return Object.assign(error, path === null ? { code } : { code, path });
}
