import { execFile } from 'node:child_process';
import { getPriority } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const module_ = resolve(import.meta.dirname, '../../runtime/give-way.js');

/** Priorities of all threads of a process, and of one that it starts, when it has given way to each of these in turn. */
async function prioritiesAfter(...niceness: readonly number[]): Promise<readonly number[]> {
  const script = `
    import { execFileSync } from 'node:child_process';
    import { readdirSync } from 'node:fs';
    import { stat } from 'node:fs/promises';
    import { getPriority } from 'node:os';
    import { giveWay } from ${JSON.stringify(module_)};
    await stat('/');
    for (const each of ${JSON.stringify(niceness)}) giveWay(each);
    const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid];
    const child = Number(execFileSync('nice', { encoding: 'utf8' }));
    console.log(JSON.stringify([...threads.map(getPriority), child]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout) as readonly number[];
}

describe('a process that gives way', () => {
  it('does so with each of its threads, and with the processes that it starts', async () => {
    const priorities = await prioritiesAfter(getPriority() + 3);
    expect(priorities.length).toBeGreaterThan(process.platform === 'linux' ? 5 : 1);
    expect(new Set(priorities)).toEqual(new Set([getPriority() + 3]));
  });

  it('never goes in front of where it was', async () => {
    const far = getPriority() + 4;
    expect(new Set(await prioritiesAfter(far, far - 2, 0))).toEqual(new Set([far]));
  });
});
