/** The entry of a thread that seals: it opens the vault of the configuration for itself. */
import { workerData } from 'node:worker_threads';
import { serveSealing } from '../backups/sealing/sealing-thread.ts';
import type { Configuration } from '../config/configuration.ts';
import { openVault } from './wiring/vault.ts';

serveSealing(() => openVault(workerData as Pick<Configuration, 'store' | 'keys'>));
