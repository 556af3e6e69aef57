import type { Log } from '../../engine/log.ts';
import { errorCode } from '../../errors/coded-error.ts';
import { refuseUnsafeStore } from '../../stores/objects/check-store.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';

const passed = 'store-check/passed.json';

/**
 * Refuses a store that would lose backups (`configuration-invalid`). A store is tried out once, and remembers it: what is
 * tried out costs uploads, and stays where objects are locked.
 */
export async function requireSafeStore(store: ObjectStore, log: Log): Promise<void> {
  if ((await store.head(passed)) !== undefined) return;
  await refuseUnsafeStore(store);
  try {
    await store.put(passed, Buffer.from(`${JSON.stringify({ passed: true })}\n`));
  } catch (error) {
    if (errorCode(error) !== 'object-exists') throw error;
  }
  log.info({ proof: store.location(passed) }, 'the object store keeps what backups rely on');
}
