import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Algorithm suite 0478: AES-256-GCM with HKDF-SHA-512 and key commitment, no signature. Sizes in bytes. */
const suite = Buffer.from([0x04, 0x78]);
const cipherName = 'aes-256-gcm';
const keyLength = 32;
const messageIdLength = 32;
const ivLength = 12;
const tagLength = 16;
const framed = 2;
/** Small enough for the allocator and the processor's cache to use the same memory again. */
const pieceLength = 64 * 1024;
const lastFrame = 0xffffffff;

/** A data key and its wrapped forms, as the AWS Encryption SDK's materials hold them. */
export interface MessageKeys {
  readonly dataKey: Uint8Array;
  readonly wrapped: readonly {
    readonly providerId: string;
    readonly providerInfo: Uint8Array;
    readonly bytes: Uint8Array;
  }[];
}

/** What the frames of one message are sealed with, after its header. */
export interface FrameKey {
  readonly key: Uint8Array;
  readonly messageId: Uint8Array;
  readonly frameLength: number;
}

/** Most bytes that a message with so many plain bytes takes beside its header. */
export function bodyLength(plainBytes: number, frameLength: number): number {
  const frames = Math.floor(plainBytes / frameLength) + 1;
  return plainBytes + frames * (4 + ivLength + tagLength) + 8;
}

/** The header of a message (format version 2) and the key that its frames are sealed with. */
export function messageHeader(
  keys: MessageKeys,
  context: Readonly<Record<string, string>>,
  frameLength: number,
): { readonly header: Uint8Array; readonly frameKey: FrameKey } {
  const messageId = randomBytes(messageIdLength);
  const derive = (label: Buffer): Uint8Array =>
    new Uint8Array(hkdfSync('sha512', keys.dataKey, messageId, label, keyLength));
  const key = derive(Buffer.concat([suite, Buffer.from('DERIVEKEY')]));
  const wrapped = keys.wrapped.map(({ providerId, providerInfo, bytes }) =>
    Buffer.concat([sized(Buffer.from(providerId)), sized(providerInfo), sized(bytes)]),
  );
  const fields = [
    ...[Buffer.from([2]), suite, messageId, sized(contextBytes(context))],
    ...[uint16(wrapped.length), ...wrapped],
    ...[Buffer.from([framed]), uint32(frameLength), derive(Buffer.from('COMMITKEY'))],
  ];
  const unauthenticated = Buffer.concat(fields);
  const tag = createCipheriv(cipherName, key, Buffer.alloc(ivLength)).setAAD(unauthenticated);
  tag.final();
  return {
    header: Buffer.concat([unauthenticated, tag.getAuthTag()]),
    frameKey: { key, messageId, frameLength },
  };
}

/** Seals all frames into `into`, which has room for `bodyLength`; returns how many bytes they took. */
export function sealFrames(
  plain: Uint8Array,
  into: Uint8Array,
  { key, messageId, frameLength }: FrameKey,
): number {
  let at = 0;
  const put = (bytes: Uint8Array): void => {
    into.set(bytes, at);
    at += bytes.length;
  };
  for (let start = 0, sequence = 1; ; start += frameLength, sequence++) {
    const frame = plain.subarray(start, start + frameLength);
    const last = frame.length < frameLength;
    const iv = Buffer.alloc(ivLength);
    iv.writeUInt32BE(sequence, ivLength - 4);
    const cipher = createCipheriv(cipherName, key, iv).setAAD(
      Buffer.concat([
        ...[messageId, Buffer.from(`AWSKMSEncryptionClient ${last ? 'Final ' : ''}Frame`)],
        ...[uint32(sequence), uint32(0), uint32(frame.length)],
      ]),
    );
    if (last) put(uint32(lastFrame));
    put(uint32(sequence));
    put(iv);
    if (last) put(uint32(frame.length));
    for (let piece = 0; piece < frame.length; piece += pieceLength) {
      put(cipher.update(frame.subarray(piece, piece + pieceLength)));
    }
    put(cipher.final());
    put(cipher.getAuthTag());
    if (last) return at;
  }
}

/** Number of fields, then each with its length, in the order of the names' bytes. */
function contextBytes(context: Readonly<Record<string, string>>): Buffer {
  const fields = Object.entries(context)
    .map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const)
    .sort(([one], [other]) => Buffer.compare(one, other));
  return Buffer.concat([uint16(fields.length), ...fields.flat().map(sized)]);
}

function sized(bytes: Uint8Array): Buffer {
  return Buffer.concat([uint16(bytes.length), bytes]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
