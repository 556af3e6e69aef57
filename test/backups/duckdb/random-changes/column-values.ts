/**
 * Types that columns have, each with expressions of values: those that equality, hash() or Parquet takes for each other
 * stand side by side. `i` is the number of the row.
 */
export const columnValues: Readonly<Record<string, readonly string[]>> = {
  INTEGER: ['i', '-i', '0', '2147483647', 'NULL'],
  BIGINT: ['i * 1000003', '-9223372036854775808', '7'],
  UBIGINT: ['18446744073709551615', 'i', '0'],
  TINYINT: ['i % 100', '-128', 'NULL'],
  HUGEINT: ["'-170141183460469231731687303715884105728'", 'i', "'170141183460469231731687303715884105727'"],
  UHUGEINT: ["'340282366920938463463374607431768211455'", 'i'],
  BIGNUM: ["'-123456789012345678901234567890123456789012345678901234567890'", 'i', "'0'"],
  BOOLEAN: ['true', 'false', 'NULL'],
  'DECIMAL(18,3)': ['i / 8', '-0.001', '0'],
  'DECIMAL(38,10)': ["'9999999999999999999999999999.9999999999'", 'i', '-0.5'],
  DOUBLE: ['0.0', "'-0.0'", "'nan'", "'-inf'", 'i / 7', 'NULL'],
  FLOAT: ["'-0.0'", '0.0', "'nan'", "'inf'", 'i / 7'],
  VARCHAR: [
    "'v' || i",
    "''",
    'NULL',
    "'NULL'",
    "'a' || chr(0) || '😀''\"'",
    "repeat('x', (i % 300)::INTEGER)",
  ],
  'VARCHAR COLLATE NOCASE': ["'A' || i % 9", "'a' || i % 9", 'NULL'],
  BLOB: ["'\\x00\\xFF'", "''", "encode('b' || i)"],
  BIT: ["'0101'", "'1'", "'00000000011'"],
  UUID: ["'ffffffff-ffff-ffff-ffff-ffffffffffff'", "'00000000-0000-0000-0000-000000000000'", 'NULL'],
  JSON: [`'{"a": 1 }'`, `'{"a":1}'`, "'null'", 'NULL'],
  DATE: ["'infinity'", "'5877642-06-25 (BC)'", "DATE '2020-01-01' + (i % 900)::INTEGER"],
  TIME: ["'24:00:00'", "'00:00:00'", "'12:34:56.789012'"],
  TIMETZ: ["'12:00:00+05:30:15'", "'00:00:00-15:59:59'", "'24:00:00-15:59:59'", "'06:30:00+00'"],
  TIME_NS: ["'12:34:56.789012345'", "'00:00:00'"],
  TIMESTAMP: ["'-infinity'", "'290309-12-22 (BC) 00:00:00'", "TIMESTAMP '2020-01-01' + to_seconds(i)"],
  TIMESTAMP_S: ["'infinity'", "'1970-01-01'", "'2020-01-01 00:00:01'"],
  TIMESTAMP_MS: ["'2020-01-01 00:00:01.123'", "'-infinity'"],
  TIMESTAMP_NS: ["'2262-04-11 23:47:16.854775806'", "'1677-09-22'"],
  TIMESTAMPTZ: ["'infinity'", "'2020-01-01 00:00:01.123456+02'"],
  INTERVAL: [
    'INTERVAL 1 month',
    'INTERVAL 30 days',
    'INTERVAL 720 hours',
    "INTERVAL '-15 months 45 days -13:14:15.678901'",
    'to_days((i % 100)::INTEGER)',
    'NULL',
  ],
  'INTEGER[]': ['NULL', '[]', '[NULL]', '[i, NULL, 2]', '[NULL, NULL]'],
  'VARCHAR[][]': ['NULL', '[]', '[[]]', '[NULL]', '[[NULL]]', "[['NULL'], ['']]", "[['[]'], NULL]"],
  'DOUBLE[]': ['[]', "['-0.0'::DOUBLE]", '[0.0]', "['nan'::DOUBLE, NULL]"],
  'INTERVAL[]': ['[INTERVAL 1 month]', '[INTERVAL 30 days]', '[NULL]', 'NULL'],
  'DOUBLE[2]': ["['-0.0'::DOUBLE, 1]", '[0, 1]', 'NULL', '[NULL, NULL]'],
  'STRUCT(x INTEGER, "y "" z" STRUCT(b VARCHAR[]))': [
    'NULL',
    `{'x': NULL, 'y " z': NULL}`,
    `{'x': i, 'y " z': {'b': NULL}}`,
    `{'x': i, 'y " z': {'b': []}}`,
    `{'x': i, 'y " z': {'b': [NULL, 'q']}}`,
  ],
  'STRUCT(h HUGEINT, t TIMETZ, s TIMESTAMP_S)': [
    "{'h': -1, 't': '24:00:00-15:59:59', 's': '1970-01-01'}",
    "{'h': NULL, 't': NULL, 's': 'infinity'}",
    'NULL',
  ],
  'MAP(VARCHAR, INTEGER[])': ['MAP {}', "MAP {'': NULL}", "MAP {'a': [], 'b': [NULL]}", 'NULL'],
  'MAP(INTEGER, INTERVAL)': ["MAP {1: INTERVAL '-3 seconds'}", 'MAP {2: NULL}', 'MAP {}'],
  'UNION(i INTEGER, s VARCHAR)': [
    'union_value(i := NULL::INTEGER)',
    "union_value(s := '1')",
    'union_value(i := 1)',
  ],
  "ENUM('a', 'b', '')": ["'a'", "'b'", "''", 'NULL'],
  "ENUM('b', 'a', 'it''s; bad')": ["'a'", "'b'", "'it''s; bad'"],
  GEOMETRY: ["'POINT (1 2)'", "'LINESTRING (0 0, 1 1)'", 'NULL'],
  VARIANT: ["'x'::VARIANT", 'i::VARIANT', "{'a': INTERVAL '-1 month', 'b': [1, NULL]}::VARIANT", 'NULL'],
};

/**
 * An SQL expression that gives row `i` one of the values of its type; another `salt`, other ones. Undefined for a type
 * that is not listed.
 */
export function valueOf(type: string, salt: number): string | undefined {
  const values = columnValues[type] ?? columnValues[spelled[type] ?? ''];
  if (values === undefined) return undefined;
  const cases = values.map((value, index) => `WHEN ${index} THEN (${value})::${type}`);
  return `CASE hash(i + ${salt}) % ${values.length} ${cases.join(' ')} END`;
}

/** As DuckDB writes them back, where that differs. */
const spelled: Readonly<Record<string, string>> = {
  'TIME WITH TIME ZONE': 'TIMETZ',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMPTZ',
  GEOMETRY: 'GEOMETRY',
};
