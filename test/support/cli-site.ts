import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../../cli/run-cli.ts';
import { openLocalKeyRing } from '../../stores/keys/local.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import { copyKeyFiles } from './key-ring.ts';

/** A folder store with keys of its own, and a configuration file: all that a machine of the disaster has. */
export function cliSites(scratch: () => Promise<string>) {
  return async (changes: object = {}) => {
    const folder = await scratch();
    const files = await copyKeyFiles(folder);
    const root = join(folder, 'store');
    const vault = { store: await createFolderStore(root), keys: await openLocalKeyRing(files), root };
    const config = join(folder, 'configuration.json');
    const settings = {
      store: { folder: './store' },
      keys: { file: './keyring.json', recoveryPublicKey: './recovery.pem' },
      scratch: { folder: './scratch' },
    };
    await writeFile(config, JSON.stringify({ ...settings, ...changes }));
    const run = async (...args: readonly string[]) => {
      const out: string[] = [];
      const err: string[] = [];
      const cli = {
        env: {},
        workingDirectory: folder,
        out: (text: string) => void out.push(text),
        err: (text: string) => void err.push(text),
      };
      const code = await runCli(['--config', config, ...args], cli, '1.2.3');
      return { code, out: out.join('\n'), err: err.join('\n') };
    };
    return { folder, root, vault, config, run, privateKey: files.recoveryPrivateKey };
  };
}
