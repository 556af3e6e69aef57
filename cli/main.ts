import './set-allocator.ts';
import { readFileSync } from 'node:fs';
import { findPackageFile } from './package-file.ts';
import { runCli } from './run-cli.ts';

const { version } = JSON.parse(readFileSync(findPackageFile(), 'utf8')) as { version: string };
// Whoever reads the output may have seen enough (`| head`).
process.stdout.on('error', () => process.exit(0));
const code = await runCli(
  process.argv.slice(2),
  {
    env: process.env,
    workingDirectory: process.cwd(),
    out: (text) => {
      console.log(text);
    },
    err: (text) => {
      console.error(text);
    },
  },
  version,
);
process.exitCode = code;
// What is done ends here, also where a library has left a timer behind (BullMQ does, closing while it renews a lock).
setTimeout(() => process.exit(code), 2_000).unref();
