import type { Exchange } from '../engine/exchange.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { AdmittedTrigger, TriggerReply } from './triggering/backup-trigger.ts';

/** What who asked is told. A repeated request is told how its backup stands now. */
export async function acknowledgeBackupTrigger(
  { body: admitted }: Exchange<AdmittedTrigger>,
  { exclusion }: { readonly exclusion: Pick<Exclusion, 'admissions'> },
): Promise<TriggerReply> {
  switch (admitted.outcome) {
    case 'dispatched':
      return { backupId: admitted.order.backupId, status: 'dispatched' };
    case 'queued':
      return { backupId: admitted.backupId, status: 'queued', waitingFor: admitted.waitingFor };
    case 'repeated': {
      const { backupId } = admitted;
      const admissions = await exclusion.admissions();
      const own = admissions.find(({ order }) => order.backupId === backupId);
      if (own?.state !== 'waiting') return { backupId, status: 'dispatched' };
      const ahead = admissions.find(({ state }) => state !== 'waiting');
      return { backupId, status: 'queued', ...(ahead ? { waitingFor: ahead.order.backupId } : {}) };
    }
  }
}
