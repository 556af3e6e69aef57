import { finished, PassThrough, type Readable } from 'node:stream';
import { buildDecrypt } from '@aws-crypto/decrypt-node';
import { buildEncrypt, type MessageHeader } from '@aws-crypto/encrypt-node';
import {
  AlgorithmSuiteIdentifier,
  CommitmentPolicy,
  type KeyringNode,
} from '@aws-crypto/material-management-node';
import { CodedError } from '../../errors/coded-error.ts';
import type { KeyRing, SealContext } from './port.ts';

/** Larger frames cost fewer steps a byte; one is held in memory at a time. */
const frameLength = 1024 * 1024;

// Of the SDK's parts those that are needed, not `client-node`: with the others it takes twice as long to load.
const rules = {
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  maxEncryptedDataKeys: 8,
};
const { encryptStream } = buildEncrypt(rules);
const { decryptUnsignedMessageStream } = buildDecrypt(rules);

/** For each message anew; says with `blame` what else than the message keeps it from being opened. */
type Opening = (blame: (error: CodedError) => void) => KeyringNode;

/** A key ring from keyrings of the AWS Encryption SDK, whatever their keys are; older keys may open alone. */
export function createMessageKeyRing(
  keys: Pick<KeyRing, 'keyIds' | 'encryption'> & {
    readonly sealing: KeyringNode;
    readonly opening: Opening;
  },
): KeyRing {
  return {
    ...createMessageOpener(keys.opening),
    keyIds: keys.keyIds,
    encryption: keys.encryption,
    seal(plain, context) {
      const sealing = encryptStream(keys.sealing, {
        suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
        encryptionContext: contextFields(context),
        frameLength,
      });
      return passThrough(plain, sealing, (error) => error);
    },
  };
}

/** What opens, and cannot seal. */
export function createMessageOpener(openingKeyring: Opening): Pick<KeyRing, 'open'> {
  return {
    open(sealed, context) {
      let blamed: CodedError | undefined;
      const keyring = openingKeyring((error) => {
        blamed = error;
      });
      const opening = decryptUnsignedMessageStream(keyring);
      let headerRead = false;
      const opened = passThrough(sealed, opening, (error) => blamed ?? damaged(context, headerRead, error));
      opening.once('MessageHeader', (header: MessageHeader) => {
        headerRead = true;
        const wrong = Object.entries(contextFields(context)).find(
          ([field, value]) => header.encryptionContext[field] !== value,
        );
        if (wrong !== undefined) opened.destroy(foreign(context, wrong[0]));
      });
      return opened;
    },
  };
}

function contextFields(context: SealContext): Record<string, string> {
  return { backupId: context.backupId, path: context.path, ordinal: String(context.ordinal) };
}

function damaged(context: SealContext, headerRead: boolean, cause: Error): CodedError {
  const what = headerRead
    ? 'a byte of it was changed, or it was cut short'
    : 'it is no sealed object, its beginning was changed, or it was sealed for other keys';
  return new CodedError('object-damaged', `${context.path} cannot be opened: ${what}`, {
    cause,
    facts: { path: context.path },
  });
}

function foreign(context: SealContext, field: string): CodedError {
  return new CodedError(
    'object-damaged',
    `${context.path} holds an object that was sealed for another place (its ${field} differs): an old or foreign object was put there`,
    { facts: { path: context.path, field } },
  );
}

/**
 * What comes out of `through` when `source` is fed to it. An error of the source ends the result as it is, one of
 * `through` as `explain` puts it; destroying the result ends the source. `through` itself is let go, not destroyed:
 * a destroyed encryption stream of the SDK throws where nobody can catch it.
 */
function passThrough(
  source: Readable,
  through: NodeJS.ReadWriteStream,
  explain: (error: Error) => Error,
): Readable {
  // Objects are handed on as they are; of bytes a reader gets those that have come together, copied into one. Four are a
  // frame with what stands around it.
  const result = new PassThrough({
    ...{ writableHighWaterMark: frameLength, readableObjectMode: true, readableHighWaterMark: 4 },
  });
  const fail = (error: Error): void => {
    if (!result.destroyed) result.destroy(error);
  };
  through.on('error', (error: Error) => {
    fail(explain(error));
  });
  const stopWatching = finished(source, { writable: false }, (error) => {
    if (error) fail(error);
  });
  source.pipe(through);
  through.pipe(result);
  result.once('close', () => {
    stopWatching();
    source.unpipe(through);
    if (source.readableEnded) return;
    // Destroyed on purpose: what it says about that has been said.
    source.on('error', () => undefined);
    source.destroy();
  });
  return result;
}
