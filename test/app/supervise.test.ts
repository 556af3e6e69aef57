import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { supervise, type Supervisor } from '../../app/processes/supervise.ts';
import { recordingLog } from '../support/recording-log.ts';
import { scratchFolders } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const node = process.execPath;
const supervisors: Supervisor[] = [];
afterEach(async () => {
  process.execPath = node;
  await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop(2000)));
});
const scratch = scratchFolders();

/** A supervisor of one child, which does nothing until its supervisor is gone; it runs this before. */
async function supervised(first = '') {
  const entry = join(await scratch(), 'child.mjs');
  await writeFile(entry, `${first}; process.on('disconnect', () => process.exit(0));`);
  const { log, lines } = recordingLog();
  const supervisor = supervise(entry, [{ name: 'worker', args: [] }], { log });
  supervisors.push(supervisor);
  return { supervisor, lines };
}

describe('the supervisor', () => {
  it.each([
    ['is away', '/nowhere/node'],
    ['cannot be given to the system', 'node\0'],
  ])('starts a child again once it can, when the program %s for a while', async (_why, path) => {
    const { supervisor, lines } = await supervised();
    const first = supervisor.pids()['worker'] ?? 0;
    process.execPath = path;
    process.kill(first, 'SIGKILL');
    await until('a start has failed', () => lines.some(({ level }) => level === 'error'));
    expect(supervisor.pids()).toEqual({});
    process.execPath = node;
    const next = await until('it runs again', () => supervisor.pids()['worker']);
    expect(next).not.toBe(first);
  });

  it('says so when another signal ends a child that is told to stop, such as that of a crash', async () => {
    const started = join(await scratch(), 'started');
    const { supervisor, lines } = await supervised(
      `process.on('SIGTERM', () => process.kill(process.pid, 'SIGHUP')); (await import('node:fs')).writeFileSync('${started}', '')`,
    );
    await until('it has started', () => existsSync(started));
    await supervisor.stop(20_000);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'process was ended by another signal while it was to stop',
      }),
    );
  });

  it('stops when a child could not be started', async () => {
    process.execPath = '/nowhere/node';
    const { supervisor, lines } = await supervised();
    await supervisor.stop(2000);
    await until('the start has failed', () => lines.some(({ level }) => level === 'error'));
    expect(supervisor.pids()).toEqual({});
  });
});
