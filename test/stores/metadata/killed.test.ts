import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { openDuckdbMetadata } from '../../../stores/metadata/duckdb.ts';
import { completed, streamed, testId, testOrder } from '../../support/backup-events.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { scratchFolders } from '../../support/scratch.ts';

const rounds = process.env['SOAK'] === '1' ? 40 : 4;
const script = fileURLToPath(new URL('../../support/apply-until-killed.js', import.meta.url));
const scratch = scratchFolders();

describe('a process killed while it applies events', () => {
  it('leaves cursor and rows that agree, and can be gone on from', async () => {
    const path = join(await scratch(), 'metadata.duckdb');
    let before = 0;
    for (let round = 0; round < rounds; round += 1) {
      const child = spawn(process.execPath, [script, path, '7'], { stdio: ['ignore', 'pipe', 'inherit'] });
      // Where it dies is left to chance: in a statement, in the commit, or between them.
      for (let batches = 0; batches <= round % 3; batches += 1) await once(child.stdout, 'data');
      for (let turns = 0; turns < round * 1000; turns += 1) await turn();
      child.kill('SIGKILL');
      await once(child, 'exit');

      const { log, lines } = recordingLog();
      const metadata = await openDuckdbMetadata({ path, log });
      const ids = await metadata.completedIds();
      expect(lines).toEqual([]);
      expect(ids.size).toBeGreaterThan(before);
      expect(ids.has(testId(ids.size - 1))).toBe(true);
      expect(await metadata.cursor()).toBe(streamed([completed(testOrder(0))], ids.size - 1)[0]?.cursor);
      expect((await metadata.events(testId(ids.size - 1))).length).toBe(1);
      before = ids.size;
      await metadata.close();
    }
  });
});
