/** A name of any characters as an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text of any characters as an SQL literal; NUL, which cannot stand in SQL text, by its code. */
export function quoteText(text: string): string {
  const pieces = text.split('\0').map((piece) => `'${piece.replaceAll("'", "''")}'`);
  return pieces.length === 1 ? (pieces[0] ?? "''") : `(${pieces.join(' || chr(0) || ')})`;
}

/** A text in a row of a result; empty for NULL and for what is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
