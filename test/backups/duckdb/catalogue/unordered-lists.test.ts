import { expect, it } from '@jest/globals';
import { inOneOrder } from '../../../../backups/duckdb/catalogue/unordered-lists.ts';

it.each([
  ['SELECT * EXCLUDE (b, t.a, "x, (") FROM t', 'SELECT * EXCLUDE ("x, (", b, t.a) FROM t'],
  ['SELECT * RENAME (b AS y, a AS "x)") FROM t', 'SELECT * RENAME (a AS "x)", b AS y) FROM t'],
  [
    'SELECT a FROM t GROUP BY GROUPING SETS ((b, a, f(y, x)),((c % 2), a),())',
    'SELECT a FROM t GROUP BY GROUPING SETS (((c % 2), a), (), (a, b, f(y, x)))',
  ],
  ['SELECT (COLUMNS(* EXCLUDE (b, a)) + f(b, a))', 'SELECT (COLUMNS(* EXCLUDE (a, b)) + f(b, a))'],
])('sorts the lists of %s', (sql, sorted) => {
  expect(inOneOrder(sql)).toBe(sorted);
});

it('leaves everything else as it is', () => {
  const sql = `SELECT b, a, ' EXCLUDE (b, a)', "RENAME (b, a)", f(b, (a)) FROM t WHERE x IN (2, 1) ORDER BY b, a;`;
  expect(inOneOrder(sql)).toBe(sql);
});
