import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';

const codesOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-request',
  404: 'path-not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  415: 'unsupported-media-type',
};

const details: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'the body is not JSON',
  'entity.too.large': 'the body is larger than 64 KiB; nothing here needs that much',
  'encoding.unsupported': 'the body is compressed, which is not supported: send it as it is',
  'charset.unsupported': 'the body must be UTF-8',
  'request.aborted': 'the request ended before its body did',
  'request.size.invalid': 'the body is not as long as Content-Length says',
};

/** What Express, its parsers and the Redis client throw, as an error of ours; undefined for what nobody foresaw. */
export function coded(thrown: unknown): CodedError | undefined {
  if (thrown instanceof CodedError) return thrown;
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  if (lostRedis(thrown)) {
    return new CodedError('redis-unavailable', 'Redis does not answer: try again when it does', {
      cause: thrown,
    });
  }
  const status = 'status' in thrown && typeof thrown.status === 'number' ? thrown.status : undefined;
  if (status === undefined || status < 400 || status > 499) return undefined;
  const type = 'type' in thrown && typeof thrown.type === 'string' ? thrown.type : '';
  // Express says which path parameter it could not decode.
  const detail = details[type] ?? errorText(thrown);
  const why = type === 'entity.parse.failed' ? `: ${errorText(thrown).slice(0, 200)}` : '';
  return new CodedError(codesOfStatus[status] ?? 'invalid-request', `${detail}${why}`, { cause: thrown });
}

/** ioredis gave up on a command, or was closed. */
function lostRedis(thrown: object): boolean {
  if ('name' in thrown && thrown.name === 'MaxRetriesPerRequestError') return true;
  return 'message' in thrown && thrown.message === 'Connection is closed.';
}
