import { Worker } from 'node:worker_threads';
import {
  AlgorithmSuiteIdentifier,
  CommitmentPolicy,
  type KeyringNode,
  NodeAlgorithmSuite,
  NodeDefaultCryptographicMaterialsManager,
  unwrapDataKey,
} from '@aws-crypto/client-node';
import { bodyLength, type MessageKeys, messageHeader } from './held-message.ts';
import type { SealAnswer, SealRequest } from './seal-thread.ts';

/** Room for a header: a dozen wrapped keys and a context of some hundred bytes. */
const headerRoom = 8 * 1024;

/** Memory that a message with so many plain bytes needs. */
export function heldRoom(plainBytes: number, frameLength: number): number {
  return headerRoom + bodyLength(plainBytes, frameLength);
}

/**
 * Seals bytes in memory on a thread of its own, so that the event loop of the process goes on. One message is what the
 * SDK's stream would make of the same bytes: its keyrings make and wrap the data key, its client opens it.
 */
export function createHeldSealing(sealing: KeyringNode, frameLength: number) {
  const manager = new NodeDefaultCryptographicMaterialsManager(sealing);
  const thread = createSealThread();
  return async (
    plain: Uint8Array,
    into: Uint8Array,
    context: Readonly<Record<string, string>>,
  ): Promise<Uint8Array> => {
    const keys = await messageKeys(manager, { ...context });
    const { header, frameKey } = messageHeader(keys, context, frameLength);
    keys.dataKey.fill(0);
    into.set(header);
    const bytes = await thread({ plain, into: into.subarray(header.length), frameKey });
    frameKey.key.fill(0);
    return into.subarray(0, header.length + bytes);
  };
}

async function messageKeys(
  manager: NodeDefaultCryptographicMaterialsManager,
  encryptionContext: Record<string, string>,
): Promise<MessageKeys> {
  const material = await manager.getEncryptionMaterials({
    suite: new NodeAlgorithmSuite(AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY),
    encryptionContext,
    commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  });
  const dataKey = Uint8Array.from(unwrapDataKey(material.getUnencryptedDataKey()));
  const wrapped = material.encryptedDataKeys.map(
    ({ providerId, providerInfo, rawInfo, encryptedDataKey }) => ({
      providerId,
      providerInfo: rawInfo ?? Buffer.from(providerInfo),
      bytes: encryptedDataKey,
    }),
  );
  material.zeroUnencryptedDataKey();
  return { dataKey, wrapped };
}

interface Waiting {
  readonly resolve: (bytes: number) => void;
  readonly reject: (error: Error) => void;
}

/** Started with the first message; it keeps no process alive that waits for nothing. */
function createSealThread(): (request: Omit<SealRequest, 'id'>) => Promise<number> {
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let thread: Worker | undefined;
  const failAll = (error: Error): void => {
    thread = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./seal-thread.js', import.meta.url));
    started.on('message', (answer: SealAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
      if ('bytes' in answer) asked?.resolve(answer.bytes);
      else asked?.reject(new Error(`sealing failed: ${answer.error}`));
    });
    started.on('error', failAll);
    started.on('exit', () => {
      failAll(new Error('the thread that seals ended'));
    });
    return started;
  };
  return (request) =>
    new Promise((resolve, reject) => {
      thread ??= start();
      thread.ref();
      const id = next++;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ ...request, id } satisfies SealRequest);
    });
}
