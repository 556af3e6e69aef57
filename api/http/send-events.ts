import { once } from 'node:events';
import type { Response } from 'express';

/** An event of `text/event-stream`; without data it is a comment that keeps the connection open. */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

/** Milliseconds after which a browser that lost the stream asks again. */
const retryMs = 2000;

/** Writes events as they come, no faster than the client reads, until they end or the client goes. */
export async function sendEvents(
  response: Response,
  events: AsyncIterable<ServerSentEvent>,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${retryMs}\n\n`);
  for await (const event of events) {
    if (signal.aborted) break;
    if (!response.write(eventText(event))) await once(response, 'drain', { signal });
  }
  response.end();
}

function eventText({ id, event, data }: ServerSentEvent): string {
  if (data === undefined) return ': still here\n\n';
  const head = [id === undefined ? '' : `id: ${id}\n`, event === undefined ? '' : `event: ${event}\n`].join(
    '',
  );
  return `${head}data: ${JSON.stringify(data)}\n\n`;
}
