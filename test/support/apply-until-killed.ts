import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import { completed, streamed, testOrder } from './backup-events.ts';
import { recordingLog } from './recording-log.ts';

// A process that applies event after event, each behind the last one's cursor, until it is killed.
const [path = '', batch = '7'] = process.argv.slice(2);
const metadata = await openDuckdbMetadata({ path, log: recordingLog().log });
const size = Number(batch);
for (let next = (await metadata.completedIds()).size; ; next += size) {
  const events = Array.from({ length: size }, (_, n) => completed(testOrder(next + n)));
  await metadata.apply(streamed(events, next));
  process.stdout.write('.');
}
