import type { BackupScheduleStatus } from '../processors/get-backup-schedule-status.ts';
import type { ScheduleStatus } from '../processors/schedule-status/schedule-status.ts';
import type { Admission } from '../stores/exclusion/port.ts';
import type { BackupRecord } from '../stores/metadata/port.ts';
import { html, type Html } from './html.ts';
import { page } from './layout.ts';
import { bytes, duration, moment } from './quantities.ts';

/** All that the page shows, as of one moment. */
export interface StatusView {
  readonly schedule: BackupScheduleStatus;
  readonly admissions: readonly Admission[];
  readonly history: readonly BackupRecord[];
  readonly caller: { readonly name: string; readonly role: string };
  readonly now: number;
}

export function statusPage(view: StatusView): string {
  const { schedule, admissions, history, caller, now } = view;
  return page(
    'Backups',
    html`<main id="status">
      ${schedule.enabled ? null : html`<p class="bad">Scheduling is switched off; backups on demand still run.</p>`}
      <section aria-labelledby="running" aria-live="polite">
        <h2 id="running">Now</h2>
        ${
          admissions.length === 0
            ? html`<p>Nothing runs.</p>`
            : html`<ul>
                ${admissions.map((one) => admitted(one, now))}
              </ul>`
        }
      </section>
      <section aria-labelledby="schedules">
        <h2 id="schedules">Schedules</h2>
        ${table(
          ['Schedule', 'Every', 'State', 'Last', 'Next', 'Recovery point', 'Why'],
          schedule.schedules.map((one) => scheduleRow(one, now)),
        )}
      </section>
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        ${
          history.length === 0
            ? html`<p>No backup yet.</p>`
            : table(
                ['Started', 'Backup', 'State', 'Took', 'Size', 'Verified', 'Id'],
                history.map((one) => historyRow(one, now)),
              )
        }
      </section>
      <p class="faint">
        As of ${new Date(now).toISOString().slice(0, 19)}Z; the page keeps itself up to date.
      </p>
    </main>`,
    caller,
  );
}

function admitted({ order, state, since, progress }: Admission, now: number): Html {
  const name = order.schedule ?? `${order.type} ${order.scope}, asked for by ${order.requestedBy}`;
  const read = progress === null ? '' : `, ${bytes(progress.bytes)} read`;
  return html`<li><strong>${name}</strong>: ${state} for ${duration(now - since)}${read}</li>`;
}

function scheduleRow(one: ScheduleStatus, now: number): Html {
  const { ageOfNewestRestorableData: age, target, holds } = one.rpo;
  const point = age === null ? 'nothing to restore' : `${duration(age * 1000)} old`;
  const cron = one.timeZone === 'UTC' ? '' : ` ${one.timeZone}`;
  return html`<tr>
    <th scope="row">${one.name}</th>
    <td>${one.interval}${cron}</td>
    <td class="${tone(one.status)}">${one.status}</td>
    <td>${moment(one.lastBackup, now)}</td>
    <td>${moment(one.nextBackup, now)}</td>
    <td class="${holds === false ? 'bad' : ''}">${point}${target === null ? '' : ` (target ${target})`}</td>
    <td>${one.reason}${one.damage === null ? '' : html` <span class="bad">${one.damage}</span>`}</td>
  </tr>`;
}

function historyRow(one: BackupRecord, now: number): Html {
  const took =
    one.startTime === null || one.endTime === null
      ? null
      : Date.parse(one.endTime) - Date.parse(one.startTime);
  const { lastVerification: last } = one;
  const why = one.damage ?? one.errorMessage;
  return html`<tr>
    <td>${moment(one.startTime ?? one.requestedAt, now)}</td>
    <th scope="row">${one.schedule ?? `${one.backupType} ${one.backupScope}`}</th>
    <td class="${tone(one.status)}">${one.status}${why === null ? '' : `: ${why}`}</td>
    <td>${took === null ? '–' : duration(took)}</td>
    <td>${one.backupSizeBytes === null ? '–' : bytes(one.backupSizeBytes)}</td>
    <td class="${tone(last?.result ?? '')}">
      ${last === null ? '–' : html`${last.result} at level ${last.reached}, ${moment(last.endTime, now)}`}
    </td>
    <td>
      <a href="/api/backups/${one.id}"><code>${one.id}</code></a>
    </td>
  </tr>`;
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="wide" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function tone(status: string): string {
  if (['failed', 'damaged'].includes(status) || status.startsWith('late')) return 'bad';
  return ['ok', 'completed', 'passed'].includes(status) ? 'good' : '';
}
