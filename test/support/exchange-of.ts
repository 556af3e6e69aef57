import type { Exchange } from '../../engine/exchange.ts';

/** The exchange that a message with this body makes. */
export function exchangeOf<Body>(body: Body): Exchange<Body> {
  const { signal } = new AbortController();
  const scheduledFor = '2026-01-01T00:00:00.000Z';
  return { id: 'message-1', correlationId: 'message-1', attempt: 1, scheduledFor, body, signal };
}
