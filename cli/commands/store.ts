import type { CliCommand } from '../cli.ts';
import { addStoreCheck } from './store/check.ts';
import { addStoreList } from './store/list.ts';

export const store: CliCommand = (program, cli) => {
  const group = program.command('store').description('the object store of the configuration');
  addStoreList(group, cli);
  addStoreCheck(group, cli);
};
