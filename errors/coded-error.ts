import { errorCodes, type ErrorCode } from './error-codes.ts';

/**
 * Facts about an error that a program can use: which field, which backup, what was allowed. JSON only, never key
 * material.
 */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/**
 * The one error class of the product. `message` says what was wrong, where, and what to do; `code` is stable and
 * documented in docs/errors.md; `facts` joins the problem details of the API.
 */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; facts?: ErrorFacts } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.facts = options.facts ?? {};
  }

  /** HTTP status of the API for this code. */
  get status(): number {
    return errorCodes[this.code].status;
  }

  /** True when trying the same thing again cannot help: the message or the configuration itself is wrong. */
  get permanent(): boolean {
    return errorCodes[this.code].permanent;
  }
}

/** The text of anything thrown, for logs and events. */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The code of anything thrown; `internal` for what nobody foresaw. */
export function errorCode(thrown: unknown): ErrorCode {
  return thrown instanceof CodedError ? thrown.code : 'internal';
}
