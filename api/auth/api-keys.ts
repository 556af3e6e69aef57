import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../engine/clock.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { changeKeyFile, keyFileReader, keyName, type StoredKey } from './key-file.ts';
import type { Role } from './roles.ts';

/** What is known of a key; the key itself is shown once, at creation, and kept nowhere. */
export interface ApiKey {
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  /** Tells this key from a later one of the same name. */
  readonly fingerprint: string;
}

/** API keys in a file: SHA-256 of 256 random bits each. The file is read again when it changes. */
export interface ApiKeys {
  /**
   * Returns the key itself; this is the only time it can be seen. Throws `invalid-request` when the name is taken or
   * unfit.
   */
  create(name: string, role: Role): Promise<{ readonly key: string; readonly apiKey: ApiKey }>;
  list(): Promise<readonly ApiKey[]>;
  /** False when there is no such key. */
  revoke(name: string): Promise<boolean>;
  /** Whose key it is; undefined for a wrong or revoked one. */
  verify(key: string): Promise<ApiKey | undefined>;
  /** Signs session cookies; shared by all control planes that read the same file. Undefined while no key was made. */
  sessionSecret(): Promise<Buffer | undefined>;
}

/** Keys of the file at `path`, which the first `create` makes (mode 0600). */
export function openApiKeys(path: string, clock: Clock): ApiKeys {
  const read = keyFileReader(path);
  return {
    async create(name, role) {
      const named = keyName.safeParse(name);
      if (!named.success) {
        throw new CodedError('invalid-request', `"${name}" cannot name a key: ${keyName.description ?? ''}`, {
          facts: { field: 'name', value: name },
        });
      }
      const key = `bks_${randomBytes(32).toString('base64url')}`;
      const stored: StoredKey = {
        name,
        role,
        sha256: digest(key).toString('hex'),
        createdAt: new Date(clock.now()).toISOString(),
      };
      await changeKeyFile(path, (keys) => {
        if (keys.some((other) => other.name === name)) {
          throw new CodedError(
            'invalid-request',
            `a key named "${name}" exists already: choose another name, or revoke it first`,
            { facts: { field: 'name', value: name } },
          );
        }
        return [...keys, stored];
      });
      return { key, apiKey: shown(stored) };
    },
    async list() {
      return (await read()).keys.map(shown);
    },
    revoke: (name) => changeKeyFile(path, (keys) => keys.filter((key) => key.name !== name)),
    async verify(key) {
      const given = digest(key);
      const { keys } = await read();
      // Every key is compared, so that the time taken does not tell which one was nearly right.
      const matching = keys.filter((stored) => timingSafeEqual(given, Buffer.from(stored.sha256, 'hex')));
      return matching[0] && shown(matching[0]);
    },
    async sessionSecret() {
      const { sessionSecret } = await read();
      return sessionSecret === undefined ? undefined : Buffer.from(sessionSecret, 'hex');
    },
  };
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function shown({ name, role, createdAt, sha256 }: StoredKey): ApiKey {
  return { name, role, createdAt, fingerprint: sha256.slice(0, 16) };
}
