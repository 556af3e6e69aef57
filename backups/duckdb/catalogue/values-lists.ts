const begin = 'SELECT * FROM (VALUES ';
const end = ') AS valueslist';
// Quoted names and texts first, so that what they hold is passed over.
const pieces = /"(?:[^"]|"")*"|'(?:[^']|'')*'|SELECT \* FROM \(VALUES |\) AS valueslist\b|[^"'()S]+|[^]/g;

/**
 * `VALUES` where DuckDB 1.5 has written `SELECT * FROM (VALUES …) AS valueslist`, which it writes around every list once
 * more each time that it reads its own text.
 */
export function unwrapValues(sql: string): string {
  const open: { readonly at: number; readonly depth: number }[] = [];
  let [plain, depth] = ['', 0];
  for (const [piece] of sql.matchAll(pieces)) {
    const last = open.at(-1);
    if (piece === begin) {
      open.push({ at: plain.length, depth: ++depth });
      plain += begin;
    } else if (piece === end && last?.depth === depth) {
      plain = `${plain.slice(0, last.at)}VALUES ${plain.slice(last.at + begin.length)}`;
      open.pop();
      depth -= 1;
    } else {
      plain += piece;
      if (piece === '(') depth += 1;
      if (piece.startsWith(')')) {
        if (last?.depth === depth) open.pop();
        depth -= 1;
      }
    }
  }
  return plain;
}
