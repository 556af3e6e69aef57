import { backupKinds } from '../model/backup-kind.ts';
import { defaultSchedules } from '../scheduling/default-schedules.ts';
import { defaultVerifications } from '../scheduling/default-verifications.ts';
import { isoDuration } from '../scheduling/iso-duration.ts';
import { durationHint } from './duration.ts';
import { entryKeys, verificationKeys } from './entry-keys.ts';
import { isLeaf, isObject, type Leaf } from './known-keys.ts';
import { schema } from './schema.ts';

/** docs/configuration.md: how the configuration is put together, every key, and the entries of `schedules`. */
export function describeConfiguration(): string {
  return [
    '# Configuration',
    'Defaults, over them a JSON file (`--config` or `BACKUP_SCHEDULER_CONFIG`), over that the environment; an empty variable counts as not set. A key that does not exist or a value that is not allowed is refused at start, all of them at once, each with what is allowed. Durations are ISO-8601 without months and years; `P1D` is 24 hours. Relative paths start at the folder of the file, without one at the working directory. In the environment, lists are JSON.',
    '## Keys',
    table(['key', 'what it is for', 'allowed', 'default', 'environment'], keyRows(schema)),
    '## Schedules',
    'Six schedules exist without any configuration:',
    table(['name', 'type', 'scope', 'every', 'after', 'enabled'], scheduleRows()),
    'An entry of `schedules` with the name of one of them changes what it says and no more; any other name adds a schedule, which then needs `type`, `scope` and either `every` or `cron`.',
    table(
      ['key', 'what it is for', 'default'],
      Object.entries(entryKeys).map(([name, [doc, value]]) => [`\`${name}\``, doc, value]),
    ),
    '## Verifications',
    'Two exist without any configuration; an entry of `verifications` changes or adds like one of `schedules`. They run in slots of their own, beside the backups, on the verification worker; a backup is due when it was completed before the newest slot and has not been verified since. A type of which no backup was ever verified so does not wait for a slot: its newest is due an hour after it was taken. `schedule.enabled` switches them off too.',
    table(['name', 'level', 'of', 'every', 'enabled'], verificationRows()),
    table(
      ['key', 'what it is for', 'default'],
      Object.entries(verificationKeys).map(([name, [doc, value]]) => [`\`${name}\``, doc, value]),
    ),
    '## Slots and the change of the clocks',
    'Slots of `every` are counted from `anchor` in elapsed time and never drift. Slots of `cron` are local times. A local time that the clocks skip is read with the offset before the gap, so 02:30 runs at 03:30; one that comes twice runs the first time. Where the expression means every hour (`*`), slots follow elapsed time instead: none in the gap, and both of what comes twice.',
    '## Example',
    `\`\`\`json\n${example}\n\`\`\``,
  ]
    .join('\n\n')
    .concat('\n');
}

const example = `{
  "sources": { "duckdb": { "file": "/data/hot.duckdb" }, "parquet": { "folder": "/data/cold" } },
  "exclusion": { "scope": "type" },
  "schedules": [
    { "name": "duckdb-full", "cron": "30 2 * * *", "timeZone": "Europe/Berlin", "timeout": "PT4H" },
    { "name": "parquet-replication", "every": "PT30M", "jitter": "PT2M", "rpo": "PT2H" },
    { "name": "tigerbeetle-logs", "enabled": false }
  ]
}`;

function keyRows(section: object, prefix = ''): readonly (readonly string[])[] {
  return Object.entries(section).flatMap(([own, part]: [string, unknown]) => {
    if (!isObject(part)) return [];
    return isLeaf(part) ? [keyRow(prefix + own, part)] : keyRows(part, `${prefix}${own}.`);
  });
}

function keyRow(name: string, { doc, format, default: byDefault, env }: Leaf): readonly string[] {
  const value = byDefault === '' ? 'empty' : `\`${JSON.stringify(byDefault)}\``;
  return [`\`${name}\``, doc, allowed(format), value, `\`${env}\``];
}

const allowedOf = new Map<unknown, string>([
  [String, 'text'],
  ['filled', 'text that is not empty'],
  ['true-or-false', 'true or false'],
  ['duration', durationHint],
  ['whole-number', 'a whole number from 0'],
  ['port-number', 'a port from 0 to 65535'],
  ['niceness', 'a whole number from 0 to 19'],
  ['redis', 'a redis://, rediss://, redis-sentinel:// or rediss-sentinel:// URL'],
  ['prefix', '1 to 40 letters, digits, . \\_ -'],
  ['optional-url', 'an http(s) URL, or empty'],
  ['schedules', 'a list of schedules, see below'],
  ['verifications', 'a list of verifications, see below'],
  ['tenants', 'a list of tenants'],
]);

function allowed(format: unknown): string {
  if (Array.isArray(format)) return format.map((value) => `\`${String(value)}\``).join(', ');
  return allowedOf.get(format) ?? String(format);
}

function scheduleRows(): readonly (readonly string[])[] {
  return defaultSchedules.map(({ name, kind, timing, after, enabled }) => [
    `\`${name}\``,
    backupKinds[kind].type,
    backupKinds[kind].scope,
    'every' in timing ? isoDuration(timing.every) : timing.cron,
    after.join(', '),
    enabled ? 'yes' : 'no',
  ]);
}

function verificationRows(): readonly (readonly string[])[] {
  return defaultVerifications.map(({ name, level, of, timing, enabled }) => [
    `\`${name}\``,
    String(level),
    of,
    'every' in timing ? isoDuration(timing.every) : timing.cron,
    enabled ? 'yes' : 'no',
  ]);
}

/** Columns are padded as prettier does it, so that the page passes the same check as all others. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...cells.slice(1).map(line)].join('\n');
}
