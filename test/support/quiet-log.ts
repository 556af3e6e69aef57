import type { Log } from '../../engine/log.ts';

export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A log that keeps its lines for the test to look at. */
export function quietLog(): Log & { readonly lines: readonly LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const keep =
    (level: LoggedLine['level']) => (fields: Readonly<Record<string, unknown>>, message: string) => {
      lines.push({ level, fields, message });
    };
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') };
}
