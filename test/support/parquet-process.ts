/**
 * A process that backs an archive up once. Arguments: archive, folder of the store, keyring file, public recovery key.
 * Writes the backup's id when it is complete.
 */
import { createFolderStore } from '../../stores/objects/folder.ts';
import { openLocalKeyRing } from '../../stores/keys/local.ts';
import { backUpArchive } from './real-parquet.ts';

const [archive = '', root = '', keyring = '', recoveryPublicKey = ''] = process.argv.slice(2);
const vault = {
  store: await createFolderStore(root),
  keys: await openLocalKeyRing({ keyring, recoveryPublicKey }),
};
const { header } = await backUpArchive(vault, archive);
process.stdout.write(`${header.backupId}\n`);
