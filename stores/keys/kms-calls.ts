import type { AwsKmsMrkAwareSymmetricKeyringNodeInput } from '@aws-crypto/kms-keyring-node';
import { type KMS, KMSServiceException } from '@aws-sdk/client-kms';
import { CodedError } from '../../errors/coded-error.ts';
import { isThrottling } from '../kms-refusals.ts';

/** What the AWS Encryption SDK asks KMS. */
type KmsCalls = AwsKmsMrkAwareSymmetricKeyringNodeInput['client'];

/** The wrapped key was changed, or is asked for with another context: the message is damaged, KMS is not to blame. */
const ofDamage = ['InvalidCiphertextException', 'IncorrectKeyException'];

/**
 * The calls of a client, each with a deadline over all its tries. They throw `keys-unavailable` when KMS does not answer
 * and `working-key-unusable` when it refuses; `refused` hears of either. Both give KMS's reason and quote nothing sent.
 */
export function boundedCalls(
  kms: KMS,
  about: { readonly keyArn: string; readonly deadlineMs: number },
  refused: (error: CodedError) => void,
): KmsCalls {
  const bounded = async <T extends object>(
    call: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<Given<T>> => {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(unavailable(about.keyArn, `no answer within ${about.deadlineMs} ms`));
        abort.abort();
      }, about.deadlineMs);
    });
    try {
      return given(await Promise.race([call({ abortSignal: abort.signal }), late]));
    } catch (error) {
      const refusal = refusalOf(error, about.keyArn);
      if (refusal === undefined) throw error;
      refused(refusal);
      throw refusal;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    generateDataKey: (request) => bounded((options) => kms.generateDataKey(request, options)),
    encrypt: (request) => bounded((options) => kms.encrypt(request, options)),
    decrypt: (request) => bounded((options) => kms.decrypt(request, options)),
  };
}

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** What an answer holds, without the names of what it lacks. */
function given<T extends object>(answer: T): Given<T> {
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** Undefined for what says more of the message than of KMS. */
function refusalOf(error: unknown, keyArn: string): CodedError | undefined {
  if (error instanceof CodedError) return error;
  if (!(error instanceof KMSServiceException)) {
    const { code, name } = error as NodeJS.ErrnoException;
    return unavailable(keyArn, code ?? name);
  }
  if (ofDamage.includes(error.name)) return undefined;
  if (error.$fault === 'server' || isThrottling(error.name)) {
    return unavailable(keyArn, error.name);
  }
  return new CodedError(
    'working-key-unusable',
    `the working key ${keyArn} cannot be used: KMS says ${error.name}. Enable it, or correct its policy, keys.kmsKeyArn or the credentials; the recovery key opens all the same`,
    { facts: { keyArn, reason: error.name } },
  );
}

function unavailable(keyArn: string, reason: string): CodedError {
  return new CodedError(
    'keys-unavailable',
    `KMS, which holds the working key ${keyArn}, does not answer: ${reason}. Check keys.kmsEndpoint, the network and the credentials`,
    { facts: { keyArn, reason } },
  );
}
