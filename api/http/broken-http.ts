import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

const type = 'application/problem+json; charset=utf-8';

/** What Node cannot read as HTTP never reaches the application; it is answered in the same form. */
export function refuseBrokenHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = reasons[error.code ?? ''] ?? [400, 'this cannot be read as an HTTP/1.1 request'];
  const body = problem(status, detail);
  const head = [
    `HTTP/1.1 ${status} Invalid request`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end([...head, '', body].join('\r\n'));
}

/** True when the address asked for cannot be read, and was answered: the router would answer in a form of its own. */
export function refuseBrokenTarget({ url = '' }: IncomingMessage, response: ServerResponse): boolean {
  if (url.startsWith('/') || url === '*' || URL.canParse(url)) return false;
  response.writeHead(400, { 'content-type': type, connection: 'close' });
  response.end(problem(400, 'the address that is asked for cannot be read'));
  return true;
}

const reasons: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the headers are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
};

function problem(status: number, detail: string): string {
  const code = 'invalid-request';
  const title = 'Invalid request';
  return JSON.stringify({
    type: `urn:backup-scheduler:problem:${code}`,
    title,
    status,
    detail,
    code,
    instance: '',
  });
}
