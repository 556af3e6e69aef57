import { describe, expect, it } from '@jest/globals';
import { configurationWarnings, type CheckFacts } from '../../config/check.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { scheduleEntries } from '../../config/schedule-entry.ts';

const hour = 3_600_000;
const configuration = loadConfiguration({ environment: {} });
const facts: CheckFacts = {
  configuredTypes: new Set(['duckdb', 'parquet', 'tigerbeetle']),
  typicalMs: new Map(),
};

describe('the check of the configuration', () => {
  it('finds nothing to say about the default schedules', () => {
    expect(configurationWarnings(configuration, facts)).toEqual([]);
  });

  it('recommends type when a long backup delays others under global', () => {
    const measured = { ...facts, typicalMs: new Map([['duckdb-full', 2 * hour] as const]) };
    const [warning] = configurationWarnings(configuration, measured);
    expect(warning).toContain('duckdb-full typically takes PT2H');
    expect(warning).toContain('tigerbeetle-logs, parquet-replication');
    expect(warning).toContain('"type"');
    const byType = { ...configuration, exclusion: { ...configuration.exclusion, scope: 'type' as const } };
    expect(configurationWarnings(byType, measured)).toEqual([]);
  });

  it('warns of what cannot be held: own interval, rpo, tick', () => {
    const schedules = scheduleEntries.parse([
      { name: 'parquet-replication', cron: '*/2 * * * *' },
      { name: 'duckdb-full', rpo: 'PT12H' },
    ]);
    const warnings = configurationWarnings(
      { ...configuration, schedules },
      { ...facts, typicalMs: new Map([['duckdb-incremental', 7 * hour] as const]) },
    ).join('\n');
    expect(warnings).toContain('parquet-replication has a slot every PT2M, more often than schedule.tick');
    expect(warnings).toContain('duckdb-full cannot hold its rpo of PT12H');
    expect(warnings).toContain('duckdb-incremental typically takes PT7H, longer than its interval of PT6H');
  });

  it('warns when nothing would be backed up, and of an API open to all', () => {
    const open = {
      ...configuration,
      schedule: { ...configuration.schedule, enabled: false },
      api: { ...configuration.api, host: '0.0.0.0' },
    };
    const warnings = configurationWarnings(open, { ...facts, configuredTypes: new Set() }).join('\n');
    expect(warnings).toContain('No source is configured');
    expect(warnings).toContain('schedule.enabled is false');
    expect(warnings).toContain('0.0.0.0');
  });
});
