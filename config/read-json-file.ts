import { readFileSync } from 'node:fs';
import { CodedError, errorText } from '../errors/coded-error.ts';
import { isObject } from './known-keys.ts';

/** The object in a JSON file. Throws `configuration-invalid` when there is no such file, or something else in it. */
export function readJsonFile(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError(
      'configuration-invalid',
      `the configuration file ${file} cannot be read: ${errorText(cause)}; name a JSON file with --config or BACKUP_SCHEDULER_CONFIG`,
      { cause, facts: { file } },
    );
  }
  const read = parsed(text, file);
  if (isObject(read)) return read;
  throw new CodedError('configuration-invalid', `the configuration file ${file} must hold one JSON object`, {
    facts: { file },
  });
}

/** The parser's own message is not passed on: it quotes the file, which may hold secrets. */
function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(errorText(error))?.[1];
    const before = text.slice(0, Number(position ?? 0)).split('\n');
    const column = (before.at(-1) ?? '').length + 1;
    const place = position === undefined ? '' : ` at line ${before.length}, column ${column}`;
    throw new CodedError(
      'configuration-invalid',
      `the configuration file ${file} cannot be read as JSON${place}; comments and trailing commas are not allowed`,
      { facts: { file } },
    );
  }
}
