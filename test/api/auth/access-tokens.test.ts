import { describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { createAccessTokens } from '../../../api/auth/access-tokens.ts';
import { testApis } from '../../support/api.ts';
import {
  audience,
  type IdentityProvider,
  identityProviders,
  issuer,
} from '../../support/identity-provider.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const provide = identityProviders();
const serve = testApis();

async function served() {
  const provider = await provide();
  const clock = new SettableClock();
  const accessTokens = createAccessTokens(
    { jwksUrl: provider.jwksUrl, issuer, audience, rolesClaim: 'roles' },
    clock,
  );
  const api = await serve({ accessTokens, clock });
  const ask = async (token: string) => {
    const response = await api.get('/api/backups/schedule', {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = (await response.json()) as { code?: string; detail?: string };
    return { status: response.status, code: body.code, detail: body.detail ?? '' };
  };
  return { provider, clock, api, ask };
}

describe('an access token', () => {
  it.each([
    ['a list', ['viewer', 'other']],
    ['a text', 'openid viewer'],
  ])('gives the role that its claim names as %s', async (_form, roles) => {
    const { provider, clock, ask } = await served();
    expect(await ask(await provider.sign({ roles }, clock.now()))).toMatchObject({ status: 200 });
  });

  it('gives the highest of its roles, and its subject is who asked', async () => {
    let who: string | undefined;
    const provider = await provide();
    const clock = new SettableClock();
    const accessTokens = createAccessTokens(
      { jwksUrl: provider.jwksUrl, issuer, audience, rolesClaim: 'https://example/roles' },
      clock,
    );
    const api = await serve({
      ...{ accessTokens, clock },
      routes: {
        triggerBackup(_body, requestedBy) {
          who = requestedBy;
          return Promise.resolve({ backupId: '01KAVQ0000000000000000000A', status: 'dispatched' });
        },
      },
    });
    const token = await provider.sign(
      { 'https://example/roles': ['viewer', 'admin', 'operator'] },
      clock.now(),
    );
    const response = await api.post(
      '/api/backups/trigger',
      { backupType: 'duckdb' },
      { authorization: `Bearer ${token}` },
    );
    expect(response.status).toBe(202);
    expect(who).toBe('ada');
  });

  it('may not do more than its role', async () => {
    const { provider, clock, api } = await served();
    const token = await provider.sign({ roles: ['operator'] }, clock.now());
    const response = await api.post(
      '/api/backups/trigger',
      { backupType: 'duckdb' },
      { authorization: `Bearer ${token}` },
    );
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'forbidden', needed: 'admin', role: 'operator' });
  });

  it('is refused with 403 when it names no role of ours', async () => {
    const { provider, clock, ask } = await served();
    const { status, detail } = await ask(await provider.sign({ roles: ['root'] }, clock.now()));
    expect(status).toBe(403);
    expect(detail).toContain('none of the roles viewer, operator, admin in its claim "roles"');
  });

  const wrong: Readonly<
    Record<string, (provider: IdentityProvider, now: number) => Promise<string> | string>
  > = {
    'has expired': (provider, now) => provider.sign({ exp: now / 1000 - 31 }, now),
    'never expires': (provider, now) => provider.sign({ exp: undefined }, now),
    'is not yet valid': (provider, now) => provider.sign({ nbf: now / 1000 + 31 }, now),
    'comes from another issuer': (provider, now) => provider.sign({ iss: 'https://other.example' }, now),
    'is meant for another service': (provider, now) => provider.sign({ aud: 'other' }, now),
    'names nobody': (provider, now) => provider.sign({ sub: undefined }, now),
    'names nobody by an empty text': (provider, now) => provider.sign({ sub: '' }, now),
    'is signed by a key that was never published': async (_provider, now) =>
      (await provide()).sign({ roles: ['admin'] }, now),
    'is not signed': (_provider, now) =>
      new UnsecuredJWT({
        iss: issuer,
        aud: audience,
        sub: 'ada',
        exp: now / 1000 + 60,
        roles: ['admin'],
      }).encode(),
    'is signed with a shared secret': (_provider, now) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'ada', exp: now / 1000 + 60, roles: ['admin'] })
        .setProtectedHeader({ alg: 'HS256', kid: '1' })
        .sign(Buffer.alloc(32, 1)),
    'is no token at all': () => 'a.b.c',
  };
  it.each(Object.keys(wrong))('is refused with 401 when it %s', async (name) => {
    const { provider, clock, ask } = await served();
    const token = await wrong[name]?.(provider, clock.now());
    const { status, code, detail } = await ask(token ?? '');
    expect({ status, code }).toEqual({ status: 401, code: 'unauthorized' });
    expect(detail).toMatch(/^this access token is refused: ./);
  });

  it('is refused with 503 while the keys of the provider cannot be had, and API keys go on working', async () => {
    const { provider, clock, api, ask } = await served();
    provider.fail();
    expect(await ask(await provider.sign({ roles: ['viewer'] }, clock.now()))).toMatchObject({
      status: 503,
      code: 'identity-unavailable',
    });
    expect((await api.get('/api/backups/schedule')).status).toBe(200);
  });

  it('is not looked at where no identity provider is configured', async () => {
    const api = await serve();
    const response = await api.get('/api/backups/schedule', { headers: { authorization: 'Bearer a.b.c' } });
    expect(await response.json()).toMatchObject({
      status: 401,
      detail: 'this API key is not known, or was revoked',
    });
  });
});
