import { type Command, Option } from 'commander';
import { openStore } from '../../../app/wiring/vault.ts';
import { headerLister, type ListedHeader, newestFirst } from '../../../backups/manifests/list-headers.ts';
import { type BackupType, backupTypes } from '../../../model/backup-kind.ts';
import { heldAt } from '../../../model/manifest.ts';
import { complaintsOf } from '../../backup-access.ts';
import type { CliCommand, SharedOptions } from '../../cli.ts';
import { configurationFor } from '../../configuration-for.ts';
import { table } from '../../table.ts';

interface Options extends SharedOptions {
  readonly type?: BackupType;
}

export const addStoreList: CliCommand = (group, cli) => {
  group
    .command('list')
    .description('the backups that it holds, newest first, read from it alone: no API, no key')
    .addOption(new Option('--type <type>', 'of this type').choices(backupTypes))
    .addHelpText(
      'after',
      '\nExample:\n  backup-scheduler --config configuration.json store list --type duckdb',
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { json, type } = options;
      const objects = await openStore(await configurationFor(options, cli));
      const headersOf = headerLister(objects, complaintsOf(cli));
      const found: ListedHeader[] = [];
      for (const each of type === undefined ? backupTypes : [type]) found.push(...(await headersOf(each)));
      found.sort(newestFirst);
      cli.out(json === true ? JSON.stringify(found) : listOf(found));
    });
};

function listOf(headers: readonly ListedHeader[]): string {
  return table(
    ['id', 'type', 'scope', 'holds data of', 'bytes', 'on top of', 'opened by'],
    headers.map((one) => [
      one.backupId,
      one.type,
      one.scope,
      new Date(heldAt(one)).toISOString(),
      one.sealedBytes,
      one.parent?.backupId ?? null,
      one.keyIds.join(' or '),
    ]),
  );
}
