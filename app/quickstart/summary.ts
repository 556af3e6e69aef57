import type { FirstRun } from './first-run.ts';

/** The schedules, the history and the place of the backups, as text for a terminal. */
export function summary({ schedules, history }: FirstRun): string {
  return [
    '',
    'Schedules',
    ...table(
      ['name', 'type', 'scope', 'last backup', 'next backup', 'state'],
      schedules.map((s) => [s.name, s.type, s.scope, s.lastBackup ?? '-', s.nextBackup ?? '-', s.reason]),
    ),
    '',
    'History',
    ...table(
      ['id', 'type', 'scope', 'status', 'started', 'bytes', 'location'],
      history.map((b) => [
        b.id,
        b.backupType,
        b.backupScope,
        b.status,
        b.startTime ?? '-',
        b.backupSizeBytes === null ? '-' : String(b.backupSizeBytes),
        b.backupLocation ?? '-',
      ]),
    ),
    '',
  ].join('\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return [line(heads), ...rows.map(line)];
}
