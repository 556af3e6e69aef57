import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../../backups/manifests/canonical-json.ts';
import { readManifest } from '../../../backups/manifests/read-manifest.ts';
import { writeManifest } from '../../../backups/manifests/write-manifest.ts';
import { manifestPath } from '../../../model/manifest.ts';
import { aDescription, storeManifest } from '../../support/manifests.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { sha256 } from '../../support/sha256.ts';
import { folderVault } from '../../support/vault.ts';

const scratch = scratchFolders();

describe('a manifest', () => {
  it('is read as it was written, with the digest of the stored bytes', async () => {
    const vault = await folderVault(await scratch());
    const written = await storeManifest(vault);
    const { backupId } = written.header;
    expect(await readManifest(vault, 'duckdb', backupId)).toEqual(written);
    const stored = await readFile(join(vault.root, manifestPath('duckdb', backupId)));
    expect(written.sha256).toBe(sha256(stored));
    expect(stored.toString()).not.toContain('secret_table');
  });

  it('is written once: the second writer is refused and the first stays', async () => {
    const vault = await folderVault(await scratch());
    const description = aDescription(vault.keys);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => writeManifest(vault, description)));
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'object-exists' });
    }
    const read = await readManifest(vault, 'duckdb', description.header.backupId);
    expect(read.sha256).toBe(won[0]?.value.sha256);
  });

  it('is not there when nobody wrote it', async () => {
    const vault = await folderVault(await scratch());
    const reading = readManifest(vault, 'duckdb', '01KAVQ0000000000000000000A');
    await expect(reading).rejects.toMatchObject({ code: 'backup-not-found' });
  });

  it('names what is wrong with it when it is damaged', async () => {
    const vault = await folderVault(await scratch());
    const { header } = await storeManifest(vault);
    const other = await storeManifest(vault);
    const file = join(vault.root, manifestPath('duckdb', header.backupId));
    const whole = await readFile(file, 'utf8');
    const foreign = await readFile(join(vault.root, manifestPath('duckdb', other.header.backupId)), 'utf8');
    const form = JSON.parse(whole) as { header: Record<string, unknown>; body: string };
    const foreignBody = (JSON.parse(foreign) as { body: string }).body;
    const damages: [string, string][] = [
      [whole.slice(0, -20), 'no JSON'],
      ['{}', 'header'],
      [JSON.stringify({ ...form, header: { ...form.header, format: 2 } }), 'format'],
      [JSON.stringify({ ...form, header: { ...form.header, extra: 1 } }), 'extra'],
      [JSON.stringify({ ...form, header: { ...form.header, fencingToken: 8 } }), 'clear header was changed'],
      [JSON.stringify({ ...form, header: { ...form.header, retentionUntil: header.endTime } }), 'changed'],
      [JSON.stringify({ ...form, body: `${form.body.slice(0, -8)}AAAAAAA=` }), 'cannot be opened'],
      [JSON.stringify({ ...form, body: foreignBody }), 'another place'],
      [foreign, other.header.backupId],
    ];
    for (const [text, complaint] of damages) {
      await writeFile(file, text);
      await expect(readManifest(vault, 'duckdb', header.backupId)).rejects.toMatchObject({
        code: 'object-damaged',
        message: expect.stringContaining(complaint),
      });
    }
    await writeFile(file, whole);
    expect((await readManifest(vault, 'duckdb', header.backupId)).header).toEqual(header);
  });
});

describe('canonical JSON', () => {
  it('is the same for the same value, however its keys were ordered', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
    expect(canonicalJson({ a: 'x', b: [{ c: null, d: 1 }] })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
  });
});
