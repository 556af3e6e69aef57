import { dirname, resolve } from 'node:path';
import { CodedError, errorText } from '../errors/coded-error.ts';
import { type Configuration, configuration, pathKeys } from './configuration.ts';
import { convict } from './formats.ts';
import { knownKeys } from './known-keys.ts';
import { missingTogether } from './needed-together.ts';
import { readJsonFile } from './read-json-file.ts';
import { schema } from './schema.ts';

/**
 * File (JSON), then environment, over defaults. Relative paths are relative to the file, without one to the working
 * directory. Throws `configuration-invalid` with every key that is wrong, its value, and what is allowed.
 */
export function loadConfiguration(
  options: { readonly file?: string | undefined; readonly environment?: NodeJS.ProcessEnv } = {},
): Configuration {
  const environment = withoutEmpty(options.environment ?? process.env);
  const file = options.file ?? environment['BACKUP_SCHEDULER_CONFIG'];
  const problems: string[] = [];
  const config = convict(schema, { env: environment, args: [] });
  if (file !== undefined) config.load(knownKeys(readJsonFile(file), schema, problems));
  problems.push(...missingTogether(config.getProperties()));
  validate(config, file, problems);
  const folder = file === undefined ? process.cwd() : dirname(resolve(file));
  for (const key of pathKeys) {
    const path: string = config.get(key);
    if (path !== '') config.set(key, resolve(folder, path));
  }
  return configuration.parse(config.getProperties());
}

/** A variable that is there but empty counts as not set. */
function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function validate(
  config: { validate(options: { allowed: 'strict' }): void },
  file: string | undefined,
  unknown: readonly string[],
): void {
  const problems = [...unknown];
  try {
    config.validate({ allowed: 'strict' });
  } catch (error) {
    problems.push(...errorText(error).split('\n'));
  }
  if (problems.length === 0) return;
  const where = file === undefined ? 'the environment' : `${file} or the environment`;
  throw new CodedError(
    'configuration-invalid',
    `the configuration (${where}) is wrong:\n${problems.join('\n')}`,
    { facts: { problems } },
  );
}
