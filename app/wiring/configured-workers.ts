import type { Configuration } from '../../config/configuration.ts';
import type { WorkerKind } from '../../model/worker-kind.ts';
import { configuredTypes } from './configured-types.ts';

/** Kinds of worker processes that the configuration has work for. */
export function configuredWorkers(configuration: Pick<Configuration, 'sources' | 'restores'>): WorkerKind[] {
  const { folder, tigerbeetle } = configuration.restores;
  const restores = folder !== null || tigerbeetle.addresses !== null;
  return [...configuredTypes(configuration), 'verification', ...(restores ? (['restore'] as const) : [])];
}
