import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../engine/clock.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { Caller } from './caller.ts';
import { allows, type Role, roles } from './roles.ts';

/** Of an identity provider. */
export interface TokenIssuer {
  /** Where it publishes its public keys (JWKS, RFC 7517). */
  readonly jwksUrl: string;
  /** What `iss` and `aud` of a token must be. */
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names roles of ours: a text with spaces between, or a list. */
  readonly rolesClaim: string;
}

export interface AccessTokens {
  /**
   * Whose token it is, with the highest role that it names. Throws `unauthorized` with what is wrong with the token,
   * `forbidden` when it names no role of ours, `identity-unavailable` when the provider's keys cannot be had.
   */
  verify(token: string): Promise<Caller>;
}

/** Signatures alone: an algorithm with a shared secret would let whoever knows the public key sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** How far clocks may be apart, seconds. */
const clockTolerance = 30;
const answerWithinMs = 5_000;

const subject = z.string().min(1).max(200);
const namedRoles = z.union([z.string().transform((text) => text.split(' ')), z.array(z.string())]);

/** JSON Web Tokens (RFC 9068) of one issuer, by its published keys; they are fetched again when an unknown one is used. */
export function createAccessTokens(issuer: TokenIssuer, clock: Clock): AccessTokens {
  const keys = createRemoteJWKSet(new URL(issuer.jwksUrl), { timeoutDuration: answerWithinMs });
  return {
    async verify(token) {
      const payload = await read(token, issuer, { keys, now: clock.now() });
      const name = subject.parse(payload.sub);
      return { name, role: roleOf(payload, issuer.rolesClaim, name) };
    },
  };
}

async function read(
  token: string,
  { issuer, audience, jwksUrl }: TokenIssuer,
  { keys, now }: { readonly keys: ReturnType<typeof createRemoteJWKSet>; readonly now: number },
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer, audience, algorithms, clockTolerance },
      currentDate: new Date(now),
      requiredClaims: ['exp', 'sub'],
    });
    if (subject.safeParse(payload.sub).success) return payload;
    throw new errors.JWTClaimValidationFailed('"sub" must be 1 to 200 characters', payload, 'sub');
  } catch (error) {
    if (!isWrongToken(error)) {
      throw new CodedError(
        'identity-unavailable',
        `the keys of the identity provider cannot be had from ${jwksUrl}: ${errorText(error)}`,
        { cause: error },
      );
    }
    throw new CodedError('unauthorized', `this access token is refused: ${errorText(error)}`, {
      cause: error,
    });
  }
}

/** jose gives its own errors for what is wrong with a token, and for a key set that does not come or is none. */
function isWrongToken(error: unknown): error is Error {
  if (!(error instanceof errors.JOSEError) || error.constructor === errors.JOSEError) return false;
  return !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid);
}

function roleOf(payload: JWTPayload, claim: string, name: string): Role {
  const named = namedRoles.safeParse(payload[claim]);
  const ours = named.success ? roles.filter((role) => named.data.includes(role)) : [];
  const highest = ours.findLast((role) => ours.every((other) => allows(role, other)));
  if (highest !== undefined) return highest;
  throw new CodedError(
    'forbidden',
    `the access token of "${name}" names none of the roles ${roles.join(', ')} in its claim "${claim}"`,
    { facts: { claim } },
  );
}
