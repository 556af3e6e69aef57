import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CodedError, errorText } from '../errors/coded-error.ts';
import { type Configuration, configuration, pathKeys } from './configuration.ts';
import { convict } from './formats.ts';
import { schema } from './schema.ts';

/**
 * File (JSON), then environment, over defaults. Relative paths are relative to the file, without one to the working
 * directory. Throws `configuration-invalid` with every key that is wrong, its value, and what is allowed.
 */
export function loadConfiguration(
  options: { readonly file?: string | undefined; readonly environment?: NodeJS.ProcessEnv } = {},
): Configuration {
  const environment = options.environment ?? process.env;
  const file = options.file ?? environment['BACKUP_SCHEDULER_CONFIG'];
  const config = convict(schema, { env: environment, args: [] });
  if (file !== undefined) config.load(readObject(file));
  validate(config, file);
  const folder = file === undefined ? process.cwd() : dirname(resolve(file));
  for (const key of pathKeys) {
    const path: string = config.get(key);
    if (path !== '') config.set(key, resolve(folder, path));
  }
  return configuration.parse(config.getProperties());
}

function readObject(file: string): object {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CodedError(
      'configuration-invalid',
      `the configuration file ${file} cannot be read as JSON: ${errorText(cause)}`,
      { cause, facts: { file } },
    );
  }
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read;
  throw new CodedError('configuration-invalid', `the configuration file ${file} must hold one JSON object`);
}

function validate(
  config: { validate(options: { allowed: 'strict' }): void },
  file: string | undefined,
): void {
  try {
    config.validate({ allowed: 'strict' });
  } catch (cause) {
    const where = file === undefined ? 'the environment' : `${file} or the environment`;
    throw new CodedError(
      'configuration-invalid',
      `the configuration (${where}) is wrong:\n${errorText(cause)}`,
      {
        cause,
      },
    );
  }
}
