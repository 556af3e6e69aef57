// Keeps the page up to date: asks for it again and puts the new content in place of the old.
const everyMs = 3000;

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { redirect: 'manual' });
  if (response.type === 'opaqueredirect') {
    location.assign('/login');
    return;
  }
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main');
  const shown = document.querySelector('main');
  if (fresh === null || shown === null) return;
  for (const section of shown.querySelectorAll('section')) {
    const heading = section.querySelector('h2')?.id;
    const replacement = fresh.querySelector(`section:has(#${heading})`);
    // What has not changed stays, and with it scroll position, selection and focus.
    if (replacement !== null && replacement.innerHTML !== section.innerHTML)
      section.innerHTML = replacement.innerHTML;
  }
  shown
    .querySelector(':scope > p:last-child')
    ?.replaceWith(fresh.querySelector(':scope > p:last-child') ?? '');
}

async function again() {
  try {
    await refresh();
  } catch {
    // The scheduler does not answer for now: what is shown says as of when it is.
  }
  setTimeout(again, everyMs);
}
setTimeout(again, everyMs);
