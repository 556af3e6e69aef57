import { html } from './html.ts';
import { page } from './layout.ts';

/** Asks for an API key; `error` says why the last one was refused. */
export function loginPage(next: string, error?: string): string {
  return page(
    'Sign in',
    html`<main class="narrow">
      ${error === undefined ? null : html`<p class="bad" role="alert">${error}</p>`}
      <form method="post" action="/login">
        <input type="hidden" name="next" value="${next}" />
        <label for="key">API key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required autofocus />
        <button>Sign in</button>
      </form>
      <p>A key is made by <code>backup-scheduler keys create</code>, and by the quickstart.</p>
    </main>`,
  );
}
