/**
 * JSON that DuckDB reads. Half a surrogate pair, which it refuses, becomes U+FFFD, in keys too: a text of whatever origin
 * never keeps an event from being recorded.
 */
export function duckdbJson(value: unknown): string {
  // JSON.stringify writes half a pair, and nothing else, as an escape that begins with \ud; \\ is matched to be passed over.
  return JSON.stringify(value).replaceAll(/\\(?:ud[0-9a-f]{3}|.)/g, (escape) =>
    escape.startsWith('\\ud') ? '\\ufffd' : escape,
  );
}
