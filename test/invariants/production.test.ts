import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { configuredTypes } from '../../app/wiring/configured-types.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { isLeaf, isObject } from '../../config/known-keys.ts';
import { schema } from '../../config/schema.ts';
import { backupTypes } from '../../model/backup-kind.ts';
import { workerKinds } from '../../model/worker-kind.ts';

/** Kinds of workers that are services of their own. */
const served = workerKinds;

interface Service {
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly restart: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly profiles?: readonly string[];
}
const text = readFileSync('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: {
    readonly default: { readonly ipam: { readonly config: readonly { ip_range: string }[] } };
  };
};
const services = Object.entries(compose.services);
const lasting = services.filter(([, { restart }]) => restart !== 'no');
const profile = JSON.parse(readFileSync('docker/seccomp-io-uring.json', 'utf8')) as {
  readonly defaultAction: string;
  readonly syscalls: readonly { readonly names: readonly string[]; readonly action: string }[];
};

/** What docker-compose.aws.yml changes. */
const aws = parse(readFileSync('docker-compose.aws.yml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Partial<Service>>>;
};

/** As compose fills in what stands after `-`, when nothing is set. */
function environmentOf(name: string, changes: Service['environment'] = {}): Record<string, string> {
  const given = Object.entries({ ...compose.services[name]?.environment, ...changes });
  return Object.fromEntries(given.map(([key, value]) => [key, value.replace(/\$\{\w+:?-([^}]*)\}/g, '$1')]));
}

function variables(section: object): string[] {
  return Object.values(section).flatMap((part: unknown) => {
    if (!isObject(part)) return [];
    return isLeaf(part) ? [part.env] : variables(part);
  });
}

describe('docker-compose.yml', () => {
  it('is right by the schema of compose files', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
    formats.default(ajv);
    const file = readFileSync('node_modules/dclint/schemas/compose.schema.json', 'utf8');
    const valid = ajv.compile(JSON.parse(file) as object);
    valid(compose);
    expect(valid.errors ?? []).toEqual([]);
    valid({ services: { redis: { imagee: 'redis', healthcheck: { retries: [] } } } });
    expect(valid.errors?.length).toBeGreaterThan(1);
  });

  it('has a service for each worker, by its name, and for no other', () => {
    const workers = services.filter(([, { command }]) => command?.[0] === 'worker');
    expect(workers.map(([name, { command }]) => [name, command?.[1]]).sort()).toEqual(
      served.map((kind) => [`${kind}-worker`, kind]).sort(),
    );
    const named = services.map(([name]) => name).filter((name) => name.endsWith('-worker'));
    expect(named.filter((name) => !existsSync(`workers/${name}.ts`))).toEqual([]);
    expect(named).toHaveLength(workers.length);
    for (const [, { command, healthcheck }] of workers) {
      expect(healthcheck?.test.slice(1)).toEqual(['node', 'dist/cli/main.js', 'worker-health', command?.[1]]);
    }
  });

  it('sets no variable that the configuration does not know, and configures every type', () => {
    const known = new Set([...variables(schema), 'BACKUP_SCHEDULER_CONFIG']);
    for (const [name, { environment = {} }] of services) {
      if (!('REDIS_URL' in environment)) continue;
      const unknown = Object.keys(environment).filter((key) => !known.has(key) && !key.startsWith('AWS_'));
      expect([name, unknown]).toEqual([name, []]);
      // prepare writes the ARN into the configuration file.
      const written = { BACKUP_KEYS_KMS_KEY_ARN: 'arn', BACKUP_SCHEDULER_CONFIG: '' };
      const own = { ...environmentOf(name), ...written };
      const configuration = loadConfiguration({ environment: own });
      expect([...configuredTypes(configuration)].sort()).toEqual([...backupTypes].sort());
      expect(configuration).toMatchObject({ store: { kind: 's3' }, keys: { kind: 'kms' } });
    }
    expect(environmentOf('control-plane')).toHaveProperty('BACKUP_LEDGER_KIND', 'tigerbeetle');
  });

  it('works with AWS itself when the other file is added: without stand-ins, endpoints or their credentials', () => {
    const left = Object.entries(aws.services).filter(([, { profiles }]) => profiles !== undefined);
    expect(left.map(([name]) => name)).toEqual(['s3', 'kms']);
    for (const [name, { depends_on: needed = {} }] of services) {
      const missing = left.filter(([stand]) => stand in needed && needed[stand]?.required !== false);
      expect([name, missing]).toEqual([name, []]);
    }
    for (const [name, { environment = {} }] of services.filter(([, one]) => one.environment?.['REDIS_URL'])) {
      const own = environmentOf(name, aws.services[name]?.environment);
      const standIns = Object.values(own).filter((value) => /stand-in|:5000/.test(value));
      expect([name, standIns]).toEqual([name, []]);
      expect(Object.keys(own).sort()).toEqual([...Object.keys(environment), 'AWS_SESSION_TOKEN'].sort());
      const named = {
        BACKUP_S3_BUCKET: 'bucket',
        BACKUP_KEYS_KMS_KEY_ARN: 'arn',
        BACKUP_SCHEDULER_CONFIG: '',
      };
      const { store, keys } = loadConfiguration({ environment: { ...own, ...named } });
      expect(store).toMatchObject({ kind: 's3', s3: { endpoint: null, pathStyle: false } });
      expect(keys).toMatchObject({ kind: 'kms', kmsEndpoint: null });
    }
  });

  it('runs nothing as root, on file systems that cannot be written, with no more rights than needed', () => {
    for (const [name, service] of services) {
      expect([name, service.user]).toEqual([name, expect.stringMatching(/^(node|redis|1000:1000)$/)]);
      expect([name, service]).toEqual([
        name,
        expect.objectContaining({ read_only: true, cap_drop: ['ALL'], security_opt: expect.anything() }),
      ]);
      expect(service.security_opt).toContain('no-new-privileges:true');
    }
  });

  it('finds out of all that goes on running whether it is well', () => {
    expect(lasting.map(([name]) => name).sort()).toEqual(
      [
        'control-plane',
        'kms',
        'redis',
        's3',
        'tigerbeetle',
        ...served.map((kind) => `${kind}-worker`),
      ].sort(),
    );
    for (const [name, { healthcheck }] of lasting)
      expect([name, healthcheck?.test[0]]).toEqual([name, expect.stringMatching(/^CMD/)]);
  });

  it('has a Redis that keeps what it is told and evicts nothing', () => {
    expect(compose.services['redis']?.command?.join(' ')).toMatch(/--appendonly yes .*noeviction/);
  });

  it('has a TigerBeetle at an address that no other container can be given', () => {
    const range = compose.networks.default.ipam.config.map(({ ip_range }) => ip_range);
    expect(range).toEqual(['172.30.99.128/25']);
    const addresses = services.flatMap(([, { environment }]) => environment?.['TIGERBEETLE_ADDRESS'] ?? []);
    for (const address of addresses)
      expect(Number(/^172\.30\.99\.(\d+):3000$/.exec(address)?.[1])).toBeLessThan(128);
    expect(addresses.length).toBeGreaterThan(5);
  });

  it('allows io_uring where TigerBeetle or its client runs, and nowhere else', () => {
    const allowed = services
      .filter(([, { security_opt: options }]) => options.includes('seccomp:docker/seccomp-io-uring.json'))
      .map(([name]) => name);
    expect(allowed).toEqual([
      'tigerbeetle-format',
      'tigerbeetle',
      'control-plane',
      'tigerbeetle-worker',
      'restore-worker',
    ]);
    const names = profile.syscalls
      .filter(({ action }) => action === 'SCMP_ACT_ALLOW')
      .flatMap((one) => one.names);
    expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
    expect(names).toEqual(expect.arrayContaining(['io_uring_setup', 'io_uring_enter', 'io_uring_register']));
    const dangerous = [
      'mount',
      'bpf',
      'ptrace',
      'unshare',
      'setns',
      'init_module',
      'kexec_load',
      'keyctl',
      'reboot',
    ];
    expect(names.filter((name) => dangerous.includes(name))).toEqual([]);
  });

  it('has a TigerBeetle that is not older than its client', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const parts = (version = '') => version.split('.').map(Number);
    const image = /tigerbeetle\/tigerbeetle:([\d.]+)/.exec(readFileSync('Dockerfile', 'utf8'))?.[1];
    const [server, client] = [parts(image), parts(dependencies['tigerbeetle-node'])];
    const first = server.findIndex((part, at) => part !== client[at]);
    expect(first === -1 || (server[first] ?? 0) > (client[first] ?? 0)).toBe(true);
  });
});
