import { chmod, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openApiKeys } from '../../../api/auth/api-keys.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const scratch = scratchFolders();
const clock = new SettableClock();
const keyFile = async () => join(await scratch(), 'keys', 'api-keys.json');

describe('API keys', () => {
  it('are kept as hashes alone, in a file that only its owner reads', async () => {
    const path = await keyFile();
    const { key } = await openApiKeys(path, clock).create('ops', 'admin');
    expect(key).toMatch(/^bks_[\w-]{43}$/);
    expect(await readFile(path, 'utf8')).not.toContain(key.slice(4));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('are verified by another process at once, and no longer once revoked', async () => {
    const path = await keyFile();
    const [mine, theirs] = [openApiKeys(path, clock), openApiKeys(path, clock)];
    expect(await theirs.verify('anything')).toBeUndefined();
    const { key } = await mine.create('ops', 'operator');
    expect(await theirs.verify(key)).toMatchObject({ name: 'ops', role: 'operator' });
    expect(await theirs.verify(`${key}x`)).toBeUndefined();
    expect(await mine.revoke('ops')).toBe(true);
    expect(await mine.revoke('ops')).toBe(false);
    expect(await theirs.verify(key)).toBeUndefined();
  });

  it('are all there when several processes make them at once', async () => {
    const path = await keyFile();
    const names = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    const made = await Promise.all(names.map((name) => openApiKeys(path, clock).create(name, 'viewer')));
    const keys = openApiKeys(path, clock);
    expect((await keys.list()).map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    for (const { key, apiKey } of made) expect(await keys.verify(key)).toEqual(apiKey);
  });

  it('have names that are their own, and fit for a log', async () => {
    const keys = openApiKeys(await keyFile(), clock);
    await keys.create('ops', 'admin');
    await expect(keys.create('ops', 'viewer')).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(keys.create('two words', 'viewer')).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('sign sessions with a secret that stays the same', async () => {
    const path = await keyFile();
    const keys = openApiKeys(path, clock);
    expect(await keys.sessionSecret()).toBeUndefined();
    await keys.create('ops', 'admin');
    const secret = await keys.sessionSecret();
    await keys.create('watcher', 'viewer');
    expect(secret).toHaveLength(32);
    expect(await openApiKeys(path, clock).sessionSecret()).toEqual(secret);
  });

  it('are refused from a file that is damaged, or that everyone may read', async () => {
    const path = await keyFile();
    const keys = openApiKeys(path, clock);
    await keys.create('ops', 'admin');
    await chmod(path, 0o644);
    await expect(openApiKeys(path, clock).list()).rejects.toThrow(/chmod 600/);
    await chmod(path, 0o600);
    await writeFile(path, '{"format":1,"keys":[]}');
    await expect(keys.list()).rejects.toThrow(/sessionSecret/);
    await writeFile(path, '{');
    await expect(keys.verify('x')).rejects.toMatchObject({ code: 'configuration-invalid' });
  });

  it('can be changed after a process died while it changed them', async () => {
    const path = await keyFile();
    const keys = openApiKeys(path, clock);
    await keys.create('ops', 'admin');
    await writeFile(`${path}.new`, 'half');
    await utimes(`${path}.new`, new Date(0), new Date(0));
    await keys.create('watcher', 'viewer');
    expect(await keys.list()).toHaveLength(2);
  });
});
