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
 * Signs a request with a SHA-256 (hex) of its body that is known already; the SDK would hash the body again. The server
 * refuses a body that came with other bytes.
 */
export function signWith(sha256: string, command: Signed): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request?: { headers: Record<string, string> } };
      if (request !== undefined) request.headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build' },
  );
}
