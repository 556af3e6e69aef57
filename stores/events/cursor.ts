import { CodedError } from '../../errors/coded-error.ts';

/** A stream id as text that sorts as the ids do: both parts padded. */
export function cursorOf(streamId: string): string {
  const [ms = '', sequence = ''] = streamId.split('-');
  return `${ms.padStart(15, '0')}-${sequence.padStart(10, '0')}`;
}

/** The stream id of a cursor. Throws `invalid-request` for text that is no cursor. */
export function streamIdOf(cursor: string): string {
  const [, ms, sequence] = /^(\d{15})-(\d{10,20})$/.exec(cursor) ?? [];
  if (ms === undefined || sequence === undefined) {
    throw new CodedError('invalid-request', `"${cursor}" is not a cursor of the event stream`);
  }
  return `${BigInt(ms)}-${BigInt(sequence)}`;
}
