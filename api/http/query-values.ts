import { CodedError } from '../../errors/coded-error.ts';

/** The query parameters of a request target, decoded strictly: no broken percent-encoding, no NUL, none given twice. */
export function queryValues(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf('?');
  if (start === -1) return {};
  const values = new Map<string, string>();
  for (const pair of url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const separator = pair.indexOf('=');
    const name = decoded(separator === -1 ? pair : pair.slice(0, separator));
    const value = separator === -1 ? '' : decoded(pair.slice(separator + 1));
    if (values.has(name)) throw refused(name, 'is given twice; give it once');
    if (value.includes('\0') || name.includes('\0'))
      throw refused(name, 'holds a NUL character; leave it out');
    values.set(name, value);
  }
  return Object.fromEntries(values);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new CodedError(
      'invalid-request',
      `the query holds a broken percent-encoding: ${text.slice(0, 100)}; encode it as UTF-8, a lone % as %25`,
      { cause, facts: { in: 'query', value: text.slice(0, 100) } },
    );
  }
}

function refused(name: string, why: string): CodedError {
  const shown = name.slice(0, 100);
  return new CodedError('invalid-request', `query parameter "${shown}" ${why}`, {
    facts: { in: 'query', field: shown },
  });
}
