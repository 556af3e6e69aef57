import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { z } from 'zod';

/** Runs a prepared question and reads every row through a schema: what a query returns is checked, not assumed. */
export async function ask<Row extends z.ZodType>(
  connection: DuckDBConnection,
  question: { readonly sql: string; readonly values?: readonly DuckDBValue[] },
  row: Row,
): Promise<z.infer<Row>[]> {
  const answer = await connection.runAndReadAll(question.sql, [...(question.values ?? [])]);
  return answer.getRowObjectsJS().map((found) => row.parse(found));
}
