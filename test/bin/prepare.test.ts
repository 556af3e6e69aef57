import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { scratchFolders } from '../support/scratch.ts';

const scratch = scratchFolders();
const script = resolve(import.meta.dirname, '../../../bin/prepare');
const tools = ['bash', 'cat', 'cksum', 'dirname', 'env', 'id', 'node', 'npm'];

function whereIs(tool: string): string | undefined {
  // Not the stand-in of a manager of versions, which needs more than this.
  if (tool === 'node') return process.execPath;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .map((folder) => join(folder, tool))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Runs a copy of bin/prepare as an ordinary user who has these programs and scripts, and no other. */
async function prepare(programs: readonly string[], scripts: Readonly<Record<string, string>> = {}) {
  const folder = await scratch();
  chmodSync(folder, 0o755);
  const [bin, path] = [join(folder, 'bin'), join(folder, 'path')];
  for (const made of [bin, path]) mkdirSync(made);
  copyFileSync(script, join(bin, 'prepare'));
  for (const program of programs) symlinkSync(whereIs(program) ?? program, join(path, program));
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(path, name), text, { mode: 0o755 });
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { status, stderr } = spawnSync(join(path, 'bash'), [join(bin, 'prepare')], {
    ...nobody,
    env: { PATH: path },
    encoding: 'utf8',
  });
  expect(readdirSync(folder)).toEqual(['bin', 'path']);
  return { status, stderr };
}

describe('bin/prepare, without root and without redis-server', () => {
  const packaged = whereIs('apt-get') === undefined ? it.skip : it;

  packaged('says how to install it where there is apt', async () => {
    const { status, stderr } = await prepare([...tools, 'apt-get']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .*run 'sudo apt-get install redis-server', or set REDIS_URL/m);
  });

  it('asks brew for it where there is brew, and says what to do when brew cannot', async () => {
    const brew = '#!/usr/bin/env bash\necho "brew $*" >&2; exit 1\n';
    const { status, stderr } = await prepare(tools, { brew });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^brew install --quiet redis$/m);
    expect(stderr).toMatch(/^error: brew could not install redis: install it by hand, or set REDIS_URL$/m);
  });

  it('says what is needed where there is no package manager', async () => {
    const { status, stderr } = await prepare(tools);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: .*neither apt nor brew: install Redis 7 or later by hand, or set REDIS_URL/m,
    );
  });

  it.each([
    ['node', /^error: Node 20.19 or later is needed: install it/m],
    ['npm', /^error: npm is needed/m],
  ])('asks for %s before anything else', async (missing, advice) => {
    const { status, stderr } = await prepare(tools.filter((tool) => tool !== missing));
    expect(status).toBe(1);
    expect(stderr).toMatch(advice);
  });
});
