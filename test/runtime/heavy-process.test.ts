import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { duckdbAllocator, nodeFlags } from '../../runtime/heavy-process.ts';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('processes that move much data', () => {
  // Elsewhere DuckDB uses the system's allocator.
  onLinux('have DuckDB’s allocator take the settings that are made before it is loaded', async () => {
    const settings = `confirm_conf:true,${duckdbAllocator.DUCKDB_JE_MALLOC_CONF}`;
    const script = `process.env.DUCKDB_JE_MALLOC_CONF = '${settings}'; require('@duckdb/node-api');`;
    const { stderr } = await promisify(execFile)(process.execPath, ['-e', script]);
    for (const setting of duckdbAllocator.DUCKDB_JE_MALLOC_CONF.split(',')) {
      expect(stderr).toContain(`Set conf value: ${setting}`);
    }
  });

  it('make them first of all, and are started with the flags of Node wherever they are started', () => {
    expect(readFileSync('cli/main.ts', 'utf8')).toMatch(/^import '\.\/set-allocator\.ts';/);
    for (const file of ['bin/backup-scheduler', 'bin/quickstart']) {
      expect(readFileSync(file, 'utf8')).toContain(`exec node ${nodeFlags.join(' ')} "`);
    }
    const entry = ['node', ...nodeFlags, '/app/dist/cli/main.js'];
    expect(readFileSync('Dockerfile', 'utf8')).toContain(
      `ENTRYPOINT ${JSON.stringify(entry).replaceAll(',', ', ')}`,
    );
  });
});
