// Quoted names and texts first, so that what they hold is passed over.
const pieces = /"(?:[^"]|"")*"|'(?:[^']|'')*'|\b(?:EXCLUDE|RENAME|GROUPING SETS) \(|[(),]|\w+|[^]/g;

/**
 * SQL of DuckDB's making, for comparison alone, with each list sorted that DuckDB 1.5 writes in another order each time
 * that it reads its own text: `EXCLUDE (…)`, `RENAME (…)`, and `GROUPING SETS (…)` with the sets in it. Their order means
 * nothing.
 */
export function inOneOrder(sql: string): string {
  const tokens = sql.matchAll(pieces);
  /** To the end of the list that is open; `levels` of it, from here on inwards, are sorted. */
  const read = (levels: number): string => {
    const items = [''];
    const add = (text: string): void => {
      items.push(`${items.pop() ?? ''}${text}`);
    };
    for (let next = tokens.next(); !next.done && next.value[0] !== ')'; next = tokens.next()) {
      const [piece] = next.value;
      if (piece === ',' && levels > 0) items.push('');
      else if (piece === '(') add(`(${read(levels - 1)})`);
      else if (piece === 'GROUPING SETS (') add(`${piece}${read(2)})`);
      else if (piece.endsWith(' (')) add(`${piece}${read(1)})`);
      else add(piece);
    }
    return levels > 0
      ? items
          .map((item) => item.trim())
          .sort()
          .join(', ')
      : items.join('');
  };
  return read(0);
}
