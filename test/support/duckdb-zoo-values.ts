const decimals = [1, 4, 5, 9, 10, 18, 19, 37, 38].flatMap((width) =>
  [0, 1, width].map((scale) => [width, scale] as const),
);

/** Tables whose values are hard to carry, as statements. */
export const valueZoo: Readonly<Record<string, readonly string[]>> = {
  'values of every type at their limits': [
    `CREATE TABLE t (b BOOLEAN, i1 TINYINT, i2 SMALLINT, i4 INTEGER, i8 BIGINT, h HUGEINT, u1 UTINYINT, u2 USMALLINT, u4 UINTEGER, u8 UBIGINT, uh UHUGEINT, f FLOAT, d DOUBLE, c DECIMAL(38, 10), v VARCHAR, o BLOB, bits BIT, id UUID, j JSON, da DATE, ti TIME, tz TIMETZ, tn TIME_NS, ts TIMESTAMP, s TIMESTAMP_S, ms TIMESTAMP_MS, ns TIMESTAMP_NS, tstz TIMESTAMPTZ, iv INTERVAL, big BIGNUM)`,
    `INSERT INTO t VALUES (true, -128, -32768, -2147483648, -9223372036854775808, '-170141183460469231731687303715884105728', 255, 65535, 4294967295, 18446744073709551615, '340282366920938463463374607431768211455', 'nan', '-inf', '9999999999999999999999999999.9999999999', 'a' || chr(0) || '😀''"', '\\x00\\xFF', '0101', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '{"a": 1 }', 'infinity', '24:00:00', '12:00:00+05:30:15', '12:34:56.789012345', '-infinity', 'infinity', '-infinity', '2262-04-11 23:47:16.854775806', 'infinity', '-15 months 45 days -13:14:15.678901', '-123456789012345678901234567890123456789012345678901234567890')`,
    `INSERT INTO t VALUES (false, 127, 32767, 2147483647, 9223372036854775807, '170141183460469231731687303715884105727', 0, 0, 0, 0, 0, '-0.0', '-0.0', -0.5, '', '', '1', '00000000-0000-0000-0000-000000000000', 'null', '5877642-06-25 (BC)', '00:00:00', '00:00:00-15:59:59', '00:00:00', '290309-12-22 (BC) 00:00:00', '1970-01-01', '2020-01-01 00:00:01.123', '1677-09-22', '2020-01-01 00:00:01.123456+02', '30 days', '0')`,
    'INSERT INTO t SELECT NULL::BOOLEAN, * EXCLUDE (b) REPLACE (NULL AS v, INTERVAL 1 month AS iv, 0.0 AS f, 0.0 AS d) FROM t LIMIT 1',
    'INSERT INTO t (b) VALUES (NULL)',
  ],
  'dates and times at their limits': [
    'CREATE TABLE t (da DATE, ts TIMESTAMP, tz TIMESTAMPTZ, s TIMESTAMP_S, ms TIMESTAMP_MS, ns TIMESTAMP_NS, ti TIME, tt TIMETZ, tn TIME_NS)',
    `INSERT INTO t VALUES ('5881580-07-10', '294247-01-10 04:00:54.775806', '294247-01-10 04:00:54.775806+00', '294247-01-10 04:00:54', '294247-01-10 04:00:54.775', '2262-04-11 23:47:16.854775806', '23:59:59.999999', '23:59:59.999999-15:59:59', '23:59:59.999999999')`,
    `INSERT INTO t VALUES ('-infinity', 'infinity', '-infinity', '-infinity', 'infinity', '-infinity', '00:00:00', '00:00:00+15:59:59', '24:00:00')`,
    `INSERT INTO t VALUES ('5877642-06-25 (BC)', '290309-12-22 (BC) 00:00:00', '290309-12-22 (BC) 00:00:00+00', '290309-12-22 (BC) 00:00:00', '290309-12-22 (BC) 00:00:00', '1677-09-22', '00:00:00.000001', '12:00:00+00', '00:00:00.000000001')`,
    `INSERT INTO t VALUES ('0001-01-01', '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999+00', '1969-12-31 23:59:59', '1969-12-31 23:59:59.999', '1969-12-31 23:59:59.999999999', '12:00', '12:00:00.5+01:02:03', '12:00')`,
  ],
  'decimals of every width, and an enumeration of many values': [
    ...['', '-'].map((sign) => {
      const values = decimals.map(
        ([width, scale]) =>
          `'${sign}${'9'.repeat(width - scale)}.${'9'.repeat(scale)}'::DECIMAL(${width},${scale}) AS d${width}_${scale}`,
      );
      return sign === ''
        ? `CREATE TABLE d AS SELECT ${values.join(', ')}`
        : `INSERT INTO d SELECT ${values.join(', ')}`;
    }),
    "CREATE TYPE middle AS ENUM (SELECT 'v' || i FROM range(300) r(i))",
    "CREATE TABLE e AS SELECT ('v' || i)::middle AS m, [m, NULL] AS ms FROM range(300) r(i)",
  ],
  'texts and bytes of any length': [
    'CREATE TABLE t (v VARCHAR, b BLOB, x BIT, n BIGNUM)',
    "INSERT INTO t VALUES (repeat('é', 300000), encode(repeat('x', 3000000)), repeat('10', 5000)::BIT, repeat('9', 400)), (chr(0), '\\x00', '00000000', '-' || repeat('9', 400)), (chr(65279) || 'bom', '\\xEF\\xBB\\xBF', '000000000', 256), ('\\x00', '\\x80', '1111111', -255)",
    `INSERT INTO t (v) VALUES (chr(13) || chr(10) || chr(9)), (chr(1114111) || chr(55295)), ('"; DROP TABLE t; --')`,
  ],
  'texts that DuckDB does not read again': [
    'CREATE TABLE t (i INTERVAL, l INTERVAL[], rowid INTEGER)',
    'INSERT INTO t VALUES (to_microseconds(-9223372036854775807), [to_microseconds(9223372036854775807), NULL], 1), (to_months(-2147483648), [to_days(2147483647)], 2)',
    'CREATE TABLE fine AS SELECT to_months(-13) + to_days(1) + to_microseconds(-1) AS i',
    `CREATE TABLE g AS SELECT ST_GeomFromWKB('\\x01\\x03\\x00\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00'::BLOB) AS ring`,
  ],
  'shapes of any dimension, also inside of others': [
    "CREATE TABLE g (g GEOMETRY, l GEOMETRY[], s STRUCT(g GEOMETRY), c GEOMETRY('OGC:CRS84'))",
    `INSERT INTO g VALUES ('POINT EMPTY', ['POINT (1 2)', NULL], {'g': 'POLYGON ((0 0, 1 0, 1 1, 0 0))'}, 'POINT (1 2)'), ('POINT ZM (1 2 3 4)', [], NULL, NULL), ('POINT Z (-0.0 1e-320 inf)', NULL, {'g': NULL}, 'POINT Z (1 2 3)'), ('GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 2 2))', NULL, NULL, NULL), (NULL, NULL, NULL, NULL)`,
  ],
  'nested values': [
    'CREATE TABLE t (l INTEGER[], ll VARCHAR[][], a DOUBLE[2], s STRUCT(x INTEGER, "y "" z" STRUCT(b VARCHAR[])), m MAP(VARCHAR, INTEGER[]), u UNION(i INTEGER, s VARCHAR), li INTERVAL[], sh STRUCT(h HUGEINT, t TIMETZ), mi MAP(INTEGER, INTERVAL), ui UNION(i INTERVAL, s VARCHAR), ai INTERVAL[2])',
    `INSERT INTO t VALUES
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      ([], [], [1, NULL], {'x': NULL, 'y " z': NULL}, MAP {}, union_value(i := NULL::INTEGER), [], {'h': NULL, 't': NULL}, MAP {}, union_value(i := INTERVAL '-1 month'), [NULL, NULL]),
      ([NULL], [NULL], ['nan'::DOUBLE, '-0.0'::DOUBLE], {'x': 1, 'y " z': {'b': NULL}}, MAP {'': NULL}, union_value(s := NULL::VARCHAR), [NULL], {'h': '170141183460469231731687303715884105727', 't': '00:00:00+01'}, MAP {1: INTERVAL '-3 seconds'}, union_value(s := '1 month'), [INTERVAL 1 month, INTERVAL 30 days]),
      ([1, NULL, 2], [[], NULL, [NULL, '']], [0, 1], {'x': 1, 'y " z': {'b': [NULL, 'q']}}, MAP {'a': [], 'b': [NULL]}, union_value(s := 'x'), [INTERVAL 1 month, NULL], {'h': -1, 't': '24:00:00-15:59:59'}, MAP {2: NULL}, union_value(i := NULL::INTERVAL), NULL)`,
  ],
  'values nested in each other': [
    "CREATE TABLE t (aa INTEGER[2][3], ms MAP(STRUCT(a INTEGER, b VARCHAR), DOUBLE[]), lu UNION(a INTEGER, b VARCHAR[])[], mu MAP(INTEGER, UNION(a INTEGER, b VARCHAR)), sa STRUCT(a STRUCT(b STRUCT(c INTEGER[])[])), mm MAP(INTEGER, MAP(INTEGER, INTEGER)), ue UNION(e ENUM('x', 'y'), n DECIMAL(20, 5)), vs STRUCT(v VARIANT, i INTEGER)[], mv MAP(VARCHAR, VARIANT))",
    `INSERT INTO t VALUES ([[1, 2], [3, NULL], NULL], MAP {{'a': 1, 'b': 'x'}: [1.5, NULL]}, [1::UNION(a INTEGER, b VARCHAR[]), NULL, ['x']::UNION(a INTEGER, b VARCHAR[])], MAP {1: 'x'::UNION(a INTEGER, b VARCHAR), 2: NULL}, {'a': {'b': [{'c': [1]}, NULL, {'c': NULL}]}}, MAP {1: MAP {2: 3}, 2: NULL, 3: MAP {}}, 'x'::ENUM('x', 'y')::UNION(e ENUM('x', 'y'), n DECIMAL(20, 5)), [{'v': 'nan'::DOUBLE::VARIANT, 'i': 1}, NULL], MAP {'a': '12:00:00+05:30:15'::TIMETZ::VARIANT})`,
    'INSERT INTO t DEFAULT VALUES',
  ],
  'arrays inside of others': [
    "CREATE TABLE t (a INTEGER[2][3], l INTEGER[2][], s STRUCT(a FLOAT[3]), m MAP(VARCHAR, INTEGER[1]), e ENUM('x')[2], h HUGEINT[2], b BIT[2])",
    "INSERT INTO t VALUES ([[1, 2], NULL, [NULL, 3]], [[1, 2], NULL], {'a': [1, 2, NULL]}, MAP {'k': [1], 'n': NULL}, ['x', NULL], [1, NULL], ['01', NULL])",
    "INSERT INTO t VALUES ([NULL, NULL, NULL], [], {'a': NULL}, MAP {}, NULL, NULL, NULL)",
    'INSERT INTO t DEFAULT VALUES',
    'CREATE TABLE u (u UNION(a INTEGER[2], b VARCHAR), g UNION(g GEOMETRY, h HUGEINT, t TIMETZ))',
    "INSERT INTO u VALUES ([1, 2]::INTEGER[2], 'POINT (1 2)'::GEOMETRY), ('x', -1::HUGEINT), (NULL, '12:00:00+05:30:15'::TIMETZ)",
    'CREATE TABLE v (g UNION(g GEOMETRY, h HUGEINT, t TIMETZ)); INSERT INTO v SELECT g FROM u',
  ],
  'values that Parquet has no type for': [
    'CREATE TABLE t (i INTEGER, v VARIANT)',
    "INSERT INTO t VALUES (1, 42::VARIANT), (2, 'x'::VARIANT), (3, {'a': INTERVAL '-1 month', 'b': [1, NULL]}::VARIANT), (4, (170141183460469231731687303715884105727::HUGEINT)::VARIANT), (5, NULL)",
    "CREATE TABLE g (p GEOMETRY); INSERT INTO g VALUES ('POINT (1 2)'), ('LINESTRING (0 0, 1 1)'), (NULL)",
  ],
  'zeros and NaNs of both signs': [
    `CREATE TABLE t AS SELECT [1.5, '-0.0', 0.0, 'nan', -('nan'::DOUBLE)][i % 5 + 1]::DOUBLE AS d, d::FLOAT AS f, [d, NULL] AS l,
       {'x': f} AS s, 'text ' || i % 9 AS v FROM range(30000) r(i)`,
  ],
  'empty tables and deleted rows': [
    'CREATE TABLE empty (i INTEGER, l INTEGER[])',
    'CREATE TABLE t AS SELECT i FROM range(400000) r(i)',
    'DELETE FROM t WHERE i % 3 = 0 OR i BETWEEN 100000 AND 260000',
  ],
};
