import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An identity provider that serves its public keys over HTTP and signs tokens. */
export interface IdentityProvider {
  readonly jwksUrl: string;
  /** A token of `claims` and the usual ones, an hour from `now` (ms) unless they say otherwise. */
  sign(claims: Readonly<Record<string, unknown>>, now: number): Promise<string>;
  /** Answers 500 from now on. */
  fail(): void;
}

export const issuer = 'https://identity.example';
export const audience = 'backup-scheduler';

/** Each is closed after the test. */
export function identityProviders(): () => Promise<IdentityProvider> {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });
  return async () => {
    let broken = false;
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256', use: 'sig' };
    const server = createServer((_request, response) => {
      response.writeHead(broken ? 500 : 200, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    open.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
      sign: (claims, now) =>
        new SignJWT({ iss: issuer, aud: audience, sub: 'ada', exp: now / 1000 + 3600, ...claims })
          .setProtectedHeader({ alg: 'ES256', kid: jwk.kid })
          .sign(privateKey),
      fail() {
        broken = true;
      },
    };
  };
}
