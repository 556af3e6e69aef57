import { ulid } from 'ulid';
import type { Log } from '../../engine/log.ts';
import { errorText } from '../../errors/coded-error.ts';
import { coded } from './coded.ts';

/** RFC 9457 problem details; facts of the error stand beside the members of the standard. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly instance: string;
  readonly [fact: string]: unknown;
}

/**
 * The problem for anything thrown. What nobody foresaw becomes a 500 that says nothing but a reference, under which the
 * log has the stack.
 */
export function problemOf(thrown: unknown, instance: string, log: Log): Problem {
  const error = coded(thrown);
  if (error === undefined) {
    const reference = ulid();
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    log.error({ reference, instance, error: errorText(thrown), stack }, 'a request failed unexpectedly');
    const detail = `something went wrong here; the log says more under the reference ${reference}`;
    return members('internal', { status: 500, detail, instance, facts: { reference } });
  }
  if (error.status >= 500) log.warn({ code: error.code, instance, error: error.message }, 'a request failed');
  const { code, status, message: detail, facts } = error;
  return members(code, { status, detail, instance, facts });
}

function members(
  code: string,
  {
    status,
    detail,
    instance,
    facts,
  }: Pick<Problem, 'status' | 'detail' | 'instance'> & { readonly facts: object },
): Problem {
  const words = code.replaceAll('-', ' ');
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return { ...facts, type: `urn:backup-scheduler:problem:${code}`, title, status, detail, code, instance };
}
