/** Every code an error of ours can carry, its HTTP status, and whether trying again is pointless. Documented in docs/errors.md. */
export const errorCodes = {
  'backup-already-running': { status: 409, permanent: true },
  'backup-interrupted': { status: 500, permanent: false },
  'backup-not-found': { status: 404, permanent: true },
  'backup-stalled': { status: 500, permanent: false },
  'backup-timed-out': { status: 500, permanent: false },
  'configuration-invalid': { status: 500, permanent: true },
  forbidden: { status: 403, permanent: true },
  internal: { status: 500, permanent: false },
  'invalid-message': { status: 400, permanent: true },
  'invalid-request': { status: 400, permanent: true },
  'lock-lost': { status: 500, permanent: false },
  'object-damaged': { status: 500, permanent: false },
  'object-exists': { status: 409, permanent: true },
  'object-not-found': { status: 404, permanent: true },
  'redis-unavailable': { status: 503, permanent: false },
  'route-not-found': { status: 404, permanent: true },
  'source-changed': { status: 500, permanent: false },
  'source-held': { status: 500, permanent: false },
  'source-not-configured': { status: 409, permanent: true },
  'source-unreadable': { status: 500, permanent: false },
  'store-unavailable': { status: 503, permanent: false },
  unauthorized: { status: 401, permanent: true },
  'worker-died': { status: 500, permanent: false },
} as const satisfies Record<string, { status: number; permanent: boolean }>;

export type ErrorCode = keyof typeof errorCodes;
