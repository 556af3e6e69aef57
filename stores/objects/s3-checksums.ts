import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksum that the store keeps of each part, as S3 writes it. */
export function crc32Base64(bytes: Uint8Array): string {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return checksum.toString('base64');
}

interface Signed {
  readonly middlewareStack: {
    add(
      middleware: <Args extends object, Result>(
        next: (args: Args) => Promise<Result>,
      ) => (args: Args) => Promise<Result>,
      options: { readonly step: 'build' },
    ): void;
  };
}

/**
 * Signs a request with the SHA-256 of its body, so that the server refuses one that came with other bytes. The SDK takes
 * it from here, also when it sends the request again.
 */
export function signWith(body: Uint8Array, command: Signed): void {
  const sha256 = createHash('sha256').update(body).digest('hex');
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request?: { headers: Record<string, string> } };
      if (request !== undefined) request.headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build' },
  );
}
