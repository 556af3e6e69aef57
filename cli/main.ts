import { readFileSync } from 'node:fs';
import { findPackageFile } from './package-file.ts';
import { runCli } from './run-cli.ts';

const { version } = JSON.parse(readFileSync(findPackageFile(), 'utf8')) as { version: string };
// Whoever reads the output may have seen enough (`| head`).
process.stdout.on('error', () => process.exit(0));
process.exitCode = await runCli(
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
