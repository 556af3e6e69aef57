import {
  beginOwnRestore,
  type OwnRestore,
  type RestoreOfOwn,
} from '../../../app/restoring/record-restore.ts';
import type { Configuration } from '../../../config/configuration.ts';
import { errorText } from '../../../errors/coded-error.ts';
import type { Cli } from '../../cli.ts';

/** Runs a restore and puts it on record in the object store; where that cannot be done it is said, and no failure. */
export async function onRecord<T extends Parameters<RestoreOfOwn['completed']>[0]>(
  { configuration, own }: { readonly configuration: Configuration; readonly own: OwnRestore },
  cli: Pick<Cli, 'err'>,
  run: (chose: RestoreOfOwn['chose']) => Promise<T>,
): Promise<T> {
  const record = beginOwnRestore(configuration, own);
  const said = async (writing: Promise<void>): Promise<void> => {
    await writing.catch((error: unknown) => {
      cli.err(`warning: this restore is not on record, for that cannot be written: ${errorText(error)}`);
    });
  };
  let done;
  try {
    done = await run((backupId, to) => {
      record.chose(backupId, to);
    });
  } catch (error) {
    await said(record.failed(error));
    throw error;
  }
  await said(record.completed(done));
  return done;
}
