import { type Endpoint, endpoint } from '../endpoint.ts';
import { openApiDocument } from '../openapi/document.ts';

/** Serves the document of the others and of itself. */
export function openapiOf(others: readonly Endpoint[]): Endpoint {
  const self: Endpoint = endpoint({
    id: 'openapi',
    method: 'GET',
    path: '/api/openapi.json',
    role: 'anyone',
    summary: 'This document',
    replies: { 200: { description: 'OpenAPI 3.1', schema: 'Document' } },
    handle: (_request, { version }) =>
      Promise.resolve({ status: 200, body: openApiDocument([...others, self], version) }),
  });
  return self;
}
