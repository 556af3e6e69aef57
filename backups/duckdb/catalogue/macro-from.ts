import type { Database } from '../database.ts';
import { quoteName } from '../sql-text.ts';
import { keptAddress } from './addresses.ts';
import type { CatalogueItem } from './catalogue.ts';
import { unwrapValues } from './values-lists.ts';

/** All that DuckDB's catalogue functions say of a macro; not the default values of its parameters. */
export interface DeclaredMacro {
  readonly schema: string;
  readonly name: string;
  readonly table: boolean;
  readonly variants: readonly {
    readonly parameters: readonly { readonly name: string; readonly type: string }[];
    readonly body: string;
  }[];
}

/**
 * A macro as SQL, with the default values that stand in an export. DuckDB 1.5 does not quote parameters there, so it is
 * looked for as DuckDB must have written it, and written anew. Without an export there are no default values. Undefined
 * where it is not found.
 */
export function macroFrom(
  database: Database,
  macro: DeclaredMacro,
  exported: string | undefined,
): CatalogueItem | undefined {
  const { schema, name, table, variants } = macro;
  const found = exported === undefined ? [] : new RegExp(written(macro), 'm').exec(exported);
  if (!found) return undefined;
  const defaults = found.slice(1);
  const each = variants.map(({ parameters, body }) => {
    const list = parameters.map((parameter) => {
      const value = defaults.shift();
      const type = parameter.type === '' ? '' : ` ${parameter.type}`;
      return `${quoteName(parameter.name)}${type}${value === undefined ? '' : ` := ${value}`}`;
    });
    return `(${list.join(', ')}) AS ${table ? 'TABLE ' : ''}(${unwrapValues(body)})`;
  });
  const sql = `CREATE MACRO ${keptAddress(database, { schema, name })} ${each.join(', ')};`;
  return { kind: 'macro', schema, name, sql };
}

/** Of a default value: no more than one statement, since a scalar and a table macro may have the same name. */
const value = `(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^"';])*?`;

/** A pattern with a group for the default value of each parameter. */
function written({ schema, name, table, variants }: DeclaredMacro): string {
  const address = schema === 'main' ? maybeQuoted(name) : `${maybeQuoted(schema)}\\.${maybeQuoted(name)}`;
  const each = variants.map(({ parameters, body }) => {
    const list = parameters.map(
      (parameter) =>
        `${literally(parameter.name)}${parameter.type === '' ? '' : ` ${literally(parameter.type)}`}(?: := (${value}))?`,
    );
    return `\\(${list.join(', ')}\\) AS ${table ? 'TABLE ' : ''}\\(${literally(body)}\\)`;
  });
  return `^CREATE MACRO ${address} ${each.join(', ')};`;
}

function maybeQuoted(name: string): string {
  return `(?:${literally(name)}|${literally(quoteName(name))})`;
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
