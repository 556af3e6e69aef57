import type { TakenTenant } from './take-tenant.ts';

const namedTenants = 5;

/** What a backup of tenants' keys could not do, in words for the history; null where it did everything. */
export function noteOf(
  taken: readonly TakenTenant[],
  keyless: { readonly service: string; readonly tenantIds: readonly string[] },
): string | null {
  const keys = taken.flatMap(({ details }) => details.keys);
  const single = keys.filter(({ replica }) => replica === 'single-region').length;
  const disabled = keys.filter(({ enabled }) => !enabled).length;
  const unproven = taken.flatMap(({ unprovenSpecs }) => unprovenSpecs);
  const keeping = taken.filter(({ unwrapped }) => unwrapped > 0);
  const kept = keeping.reduce((sum, { unwrapped }) => sum + unwrapped, 0);
  const notes = [
    single > 0 ? `${single} single-region keys have no replica: only multi-region keys can be copied` : null,
    disabled > 0 ? `${disabled} disabled keys were described and not probed` : null,
    unproven.length > 0
      ? `${unproven.length} keys of kinds that cannot be probed were described alone (${[...new Set(unproven)].sort().join(', ')})`
      : null,
    kept > 0
      ? `${kept} data keys of disabled keys were not wrapped for the recovery key (${tenantsIn(keeping.map(({ details }) => details.tenantId))})`
      : null,
    keyless.tenantIds.length > 0
      ? `the data keys of ${keyless.tenantIds.length} tenants that have no key in ${keyless.service} were left out (${tenantsIn(keyless.tenantIds)})`
      : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join('; ');
}

/** The first few by name: a note is read by people. */
function tenantsIn(ids: readonly string[]): string {
  const more = ids.length > namedTenants ? ` and ${ids.length - namedTenants} more` : '';
  return `${ids.length === 1 ? 'tenant' : 'tenants'} ${ids.slice(0, namedTenants).join(', ')}${more}`;
}
