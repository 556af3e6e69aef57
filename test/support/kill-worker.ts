import type { BackupType } from '../../model/backup-kind.ts';
import type { Exclusion } from '../../stores/exclusion/port.ts';
import { patience } from './scheduler-api.ts';
import { often, until } from './until.ts';

/** Kills with -9 the worker that runs this attempt of a type, once it does and `when` has come; false: it ran no more. */
export async function killWorker(
  exclusion: Pick<Exclusion, 'admissions'>,
  { type, attempt }: { readonly type: BackupType; readonly attempt: number },
  when: () => Promise<unknown>,
): Promise<boolean> {
  const running = async () =>
    (await exclusion.admissions()).find(
      ({ order, state }) => order.type === type && order.attempt === attempt && state === 'running',
    );
  const { worker } = await until(`attempt ${attempt} of ${type} runs`, running, patience, often);
  await when();
  const still = await running();
  process.kill(Number(worker?.split(':').at(-1)), 'SIGKILL');
  return still !== undefined;
}
