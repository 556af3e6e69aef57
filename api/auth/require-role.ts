import type { Request } from 'express';
import { CodedError, errorCode } from '../../errors/coded-error.ts';
import type { ApiDeps } from '../deps.ts';
import { authenticate } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { allows, type Role } from './roles.ts';

/** Who asks, if they may; throws `unauthorized` or `forbidden`, which the log keeps with who it was. */
export async function requireRole(
  request: Request,
  needed: Role,
  deps: Pick<ApiDeps, 'apiKeys' | 'accessTokens' | 'clock' | 'log'>,
): Promise<Caller> {
  let who = 'unknown';
  try {
    const caller = await authenticate(request, deps);
    who = caller.name;
    if (allows(caller.role, needed)) return caller;
    throw new CodedError(
      'forbidden',
      `this needs the role ${needed}, and "${caller.name}" has the role ${caller.role}`,
      { facts: { needed, role: caller.role } },
    );
  } catch (error) {
    const { method, path, socket } = request;
    deps.log.warn(
      { audit: 'refused', who, code: errorCode(error), method, path, address: socket.remoteAddress },
      'a request was refused',
    );
    throw error;
  }
}
