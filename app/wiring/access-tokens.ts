import { type AccessTokens, createAccessTokens } from '../../api/auth/access-tokens.ts';
import type { Configuration } from '../../config/configuration.ts';
import { systemClock } from '../../engine/clock.ts';

/**
 * Access tokens of the configured identity provider; undefined where there is none. Its keys are fetched at the first
 * one.
 */
export function openAccessTokens({
  jwksUrl,
  ...of
}: Configuration['api']['tokens']): AccessTokens | undefined {
  return jwksUrl === null ? undefined : createAccessTokens({ jwksUrl, ...of }, systemClock);
}
