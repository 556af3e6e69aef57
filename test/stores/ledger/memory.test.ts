import { systemClock } from '../../../engine/clock.ts';
import { createMemoryLedger } from '../../../stores/ledger/memory.ts';
import { describeLedgerContract } from '../../contracts/ledger-contract.ts';

describeLedgerContract('in memory', () => createMemoryLedger({ clock: systemClock }));
