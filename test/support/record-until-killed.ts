import { systemClock } from '../../engine/clock.ts';
import { createLedgerRecorder } from '../../recording/ledger-recorder.ts';
import { createRedisEventStream } from '../../stores/events/redis.ts';
import { createRedisLedger } from '../../stores/ledger/redis.ts';
import { connectRedis } from '../../stores/redis-connection.ts';
import { recordingLog } from './recording-log.ts';

// A process that records the stream in the ledger, as a leader does, and says each batch before it writes it.
const [url = '', prefix = '', ledgerNumber = '12'] = process.argv.slice(2);
const redis = connectRedis(url);
const reader = connectRedis(url, { blocking: true });
const ledger = createRedisLedger({ redis, prefix, clock: systemClock });
await createLedgerRecorder({
  stream: createRedisEventStream({ redis, reader, prefix }),
  ledger: {
    ...ledger,
    createTransfers(batch) {
      process.stdout.write('.');
      return ledger.createTransfers(batch);
    },
  },
  ...{ ledgerNumber: Number(ledgerNumber), clock: systemClock, log: recordingLog().log, batch: 20 },
}).record();
await Promise.all([redis.quit(), reader.quit()]);
