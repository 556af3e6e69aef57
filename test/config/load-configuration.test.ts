import { join } from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { CodedError } from '../../errors/coded-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function load(content: unknown, environment: NodeJS.ProcessEnv = {}) {
  const file = join(folder, 'configuration.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadConfiguration({ file, environment });
}

function refusal(content: unknown, environment: NodeJS.ProcessEnv = {}): string {
  try {
    load(content, environment);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'configuration-invalid') return error.message;
    throw error;
  }
  return '';
}

describe('the configuration', () => {
  it('has a default for every key', () => {
    const configuration = loadConfiguration({ environment: {} });
    expect(configuration.schedule).toEqual({ enabled: true, tick: 300_000 });
    expect(configuration.exclusion).toEqual({
      scope: 'global',
      lockDuration: 15_000,
      leaseDuration: 15_000,
    });
    expect(configuration.housekeeping.interval).toBe(5_000);
    expect(configuration.sources.duckdb.file).toBeNull();
  });

  it('puts the file over the defaults and the environment over the file', () => {
    const { schedule, redis, api } = load(
      { schedule: { tick: 'PT1M' }, redis: { prefix: 'file' } },
      { BACKUP_REDIS_PREFIX: 'environment', BACKUP_API_PORT: '0', BACKUP_API_HOST: '' },
    );
    expect(schedule.tick).toBe(60_000);
    expect(redis.prefix).toBe('environment');
    expect(api).toMatchObject({ port: 0, host: '127.0.0.1' });
  });

  it('finds the file by BACKUP_SCHEDULER_CONFIG, and paths from its folder', () => {
    const file = join(folder, 'named.json');
    writeFileSync(file, JSON.stringify({ store: { folder: 'backups' } }));
    const { store } = loadConfiguration({ environment: { BACKUP_SCHEDULER_CONFIG: file } });
    expect(store.folder).toBe(join(folder, 'backups'));
  });

  it('refuses a choice whose other half is missing', () => {
    const message = refusal({
      store: { kind: 's3' },
      keys: { kind: 'kms' },
      sources: { kms: { kind: 'local' } },
      ledger: { kind: 'tigerbeetle' },
      api: { tokens: { jwksUrl: 'https://identity.example/jwks.json', issuer: 'https://identity.example' } },
    });
    expect(message).toContain('store.s3.bucket: must not be empty, since store.kind is "s3"');
    expect(message).toContain('keys.kmsKeyArn: must not be empty, since keys.kind is "kms"');
    expect(message).toContain('sources.kms.file: must not be empty, since sources.kms.kind is "local"');
    expect(message).toContain('ledger.addresses: must not be empty, since ledger.kind is "tigerbeetle"');
    expect(message).toContain('api.tokens.audience: must not be empty, since api.tokens.jwksUrl is');
    expect(message).not.toContain('api.tokens.issuer');
  });

  it('names every wrong key at once, with its value and what is allowed', () => {
    const message = refusal({
      schedule: { tick: '5 minutes', tik: 1 },
      exclusion: { scope: 'none' },
      api: { port: 99_999 },
      log: 'debug',
      store: { folder: { deep: { deeper: 1 } } },
    });
    expect(message).toContain('schedule.tick: must be an ISO-8601 duration');
    expect(message).toContain('value was "5 minutes"');
    expect(message).toContain(
      'schedule.tik: there is no such key (its value: 1); allowed here are enabled, tick',
    );
    expect(message).toContain('exclusion.scope: must be one of the possible values: ["global","type"]');
    expect(message).toContain('api.port: must be a port from 0 to 65535: value was 99999');
    expect(message).toContain('log: must be an object with some of level: value was "debug"');
    expect(message).toContain('store.folder: must be a value');
  });

  it.each(['no', '0', 'off', 'disabled', 'False', ' false', 'constructor'])(
    'refuses %j for true or false',
    (value) => {
      const said = `must be true or false: value was "${value}"`;
      expect(refusal({}, { BACKUP_SCHEDULE_ENABLED: value })).toContain(`schedule.enabled: ${said}`);
      expect(refusal({ api: { secureCookies: value } })).toContain(`api.secureCookies: ${said}`);
    },
  );

  it.each(['1e3', '30d', '7,5', '1.9', '-1', '0x50', ' 80', '2weeks', '99999999999999999999'])(
    'refuses %j for a whole number and a port',
    (value) => {
      const environment = {
        BACKUP_S3_OBJECT_LOCK_DAYS: value,
        BACKUP_DUCKDB_FULL_EVERY: value,
        BACKUP_API_PORT: value,
      };
      const message = refusal({}, environment);
      expect(message).toContain('store.s3.objectLockDays: must be a whole number from 0: value was ');
      expect(message).toContain('sources.duckdb.fullEvery: must be a whole number from 0: value was ');
      expect(message).toContain('api.port: must be a port from 0 to 65535: value was ');
      expect(refusal({ api: { port: value } })).toContain('api.port: must be a port');
    },
  );

  it('reads true, false and whole numbers from the environment', () => {
    const { schedule, api, store } = load(
      { store: { s3: { objectLockDays: 7 } } },
      { BACKUP_SCHEDULE_ENABLED: 'false', BACKUP_API_SECURE_COOKIES: 'true', BACKUP_API_PORT: '65535' },
    );
    expect(schedule.enabled).toBe(false);
    expect(api).toMatchObject({ secureCookies: true, port: 65_535 });
    expect(store.s3.objectLockDays).toBe(7);
  });

  it('refuses empty text where something is needed', () => {
    const message = refusal({
      store: { folder: '' },
      keys: { file: '', recoveryPublicKey: '' },
      metadata: { file: '' },
      scratch: { folder: ' ' },
      api: { host: '', keysFile: '' },
    });
    expect(message).toContain('store.folder: must not be empty, since store.kind is "folder"');
    expect(message).toContain('keys.file: must not be empty, since keys.kind is "local"');
    for (const key of [
      'keys.recoveryPublicKey',
      'metadata.file',
      'scratch.folder',
      'api.host',
      'api.keysFile',
    ]) {
      expect(message).toContain(`${key}: must be text that is not empty`);
    }
    expect(refusal({ store: { kind: 's3', folder: '', s3: { bucket: 'b' } } })).toBe('');
  });

  it.each(['P1M', 'P1Y', 'PT0S', '-PT5M', 'PT-5M', 'P36501D', '300', ''])(
    'refuses %j as a duration',
    (tick) => {
      expect(refusal({ schedule: { tick } })).toContain('schedule.tick: must be');
    },
  );

  it('takes P1D for 24 hours', () => {
    expect(load({ schedule: { tick: 'P1D' } }).schedule.tick).toBe(86_400_000);
    expect(load({ schedule: { tick: 'P36500D' } }).schedule.tick).toBe(36_500 * 86_400_000);
  });

  it('never shows a secret, wherever it was written', () => {
    const secret = 'hunter2';
    const messages = [
      refusal({ redis: { url: `http://u:${secret}@host` } }),
      refusal({ redis: `redis://u:${secret}@host` }),
      refusal({ redis: { password: secret } }),
      refusal({ redsi: { url: `redis://u:${secret}@host` } }),
      refusal(`{"redis": {"url": "redis://u:${secret}@host" x`),
      refusal({}, { REDIS_URL: `https://u:${secret}@host` }),
    ];
    for (const message of messages) {
      expect(message).not.toBe('');
      expect(message).not.toContain(secret);
    }
  });

  it('says where a file is not JSON, holds no object, or is missing', () => {
    expect(refusal('{\n  "api": {,\n}')).toContain('line 2, column 11');
    expect(refusal('[]')).toContain('one JSON object');
    const missing = join(folder, 'missing.json');
    expect(() => loadConfiguration({ file: missing, environment: {} })).toThrow(missing);
  });

  it('names the wrong part of a schedule', () => {
    const message = refusal({
      schedules: [{ name: 'Not Allowed' }, { name: 'a', every: 'P1M', foo: 1 }],
    });
    expect(message).toMatch(/schedules: \[0\.name\]/);
    expect(message).toMatch(/\[1\.every\] must be an ISO-8601 duration/);
    expect(message).toMatch(/foo/);
    expect(refusal({ schedules: [{ name: 'kms-keys', every: 'P101000000D' }] })).toMatch(
      /\[0\.every\] must be an ISO-8601 duration .* at most P36500D/,
    );
    expect(refusal({ schedules: [{ name: 'kms-keys' }, { name: 'kms-keys' }] })).toContain('stands twice');
    expect(refusal({ schedules: {} })).toContain('schedules: must be');
  });
});
