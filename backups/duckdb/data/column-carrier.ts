import {
  DuckDBArrayType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUnionType,
} from '@duckdb/node-api';
import { quoteName } from '../sql-text.ts';

/**
 * Parquet refuses a negative INTERVAL, shifts TIME WITH TIME ZONE, makes HUGEINT a DOUBLE, cuts TIMESTAMP_S, and gives
 * a GEOMETRY back as BLOB inside of others or where dimensions mix.
 */
const asText = new Set<DuckDBTypeId>([
  DuckDBTypeId.INTERVAL,
  DuckDBTypeId.TIME_TZ,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.GEOMETRY,
]);

const asItIs = new Set<DuckDBTypeId>([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.BLOB,
  DuckDBTypeId.BIT,
  DuckDBTypeId.UUID,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIME_NS,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
  DuckDBTypeId.BIGNUM,
]);

/**
 * How a column's values travel in Parquet: `null` as they are; else the type that they are cast to, and back from, where
 * Parquet would change them; undefined where nothing in Parquet holds them exactly.
 */
export function carrierOf(type: DuckDBType): string | null | undefined {
  const carried = carry(type);
  return carried && (carried.changed ? carried.sql : null);
}

interface Carried {
  readonly sql: string;
  readonly changed: boolean;
}

function carry(type: DuckDBType): Carried | undefined {
  if (asText.has(type.typeId)) return { sql: 'VARCHAR', changed: true };
  if (asItIs.has(type.typeId)) return { sql: type.toString(), changed: false };
  if (type instanceof DuckDBListType) return wrap([type.valueType], ([value]) => `${value ?? ''}[]`);
  if (type instanceof DuckDBArrayType) {
    // As a list: DuckDB 1.5 counts the values of a NULL among those of an array, and others refuse to read that.
    const list = wrap([type.valueType], ([value]) => `${value ?? ''}[]`);
    return list && { ...list, changed: true };
  }
  if (type instanceof DuckDBMapType)
    return wrap([type.keyType, type.valueType], (both) => `MAP(${both.join(', ')})`);
  if (type instanceof DuckDBStructType)
    return type.entryNames.includes('') ? undefined : named('STRUCT', type.entryNames, type.entryTypes);
  if (type instanceof DuckDBUnionType)
    return type.memberTypes.some(holdsArray) ? undefined : named('UNION', type.memberTags, type.memberTypes);
  return undefined;
}

/** DuckDB casts no list in a member of a union back to an array. */
function holdsArray(type: DuckDBType): boolean {
  if (type instanceof DuckDBArrayType) return true;
  if (type instanceof DuckDBListType) return holdsArray(type.valueType);
  if (type instanceof DuckDBMapType) return [type.keyType, type.valueType].some(holdsArray);
  if (type instanceof DuckDBStructType) return type.entryTypes.some(holdsArray);
  return type instanceof DuckDBUnionType && type.memberTypes.some(holdsArray);
}

function named(kind: string, names: readonly string[], types: readonly DuckDBType[]): Carried | undefined {
  return wrap(
    types,
    (inner) => `${kind}(${inner.map((sql, index) => `${quoteName(names[index] ?? '')} ${sql}`).join(', ')})`,
  );
}

function wrap(types: readonly DuckDBType[], sql: (inner: string[]) => string): Carried | undefined {
  const inner = types.map(carry);
  const known = inner.filter((each) => each !== undefined);
  if (known.length < inner.length) return undefined;
  return { sql: sql(known.map((each) => each.sql)), changed: known.some((each) => each.changed) };
}
