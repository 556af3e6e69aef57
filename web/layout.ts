import { html, type Html } from './html.ts';

/** A whole page; the caller may be undefined where nobody has signed in. */
export function page(
  title: string,
  main: Html,
  caller?: { readonly name: string; readonly role: string },
): string {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Backup Scheduler</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/web/status.css" />
        ${caller === undefined ? null : html`<script type="module" src="/web/status.js"></script>`}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${caller === undefined ? null : signedIn(caller)}
        </header>
        ${main}
      </body>
    </html>`;
  return markup;
}

function signedIn({ name, role }: { readonly name: string; readonly role: string }): Html {
  return html`<nav aria-label="Account">
    <a href="/board/">Queues</a>
    <span>${name} (${role})</span>
    <form method="post" action="/logout"><button>Sign out</button></form>
  </nav>`;
}
