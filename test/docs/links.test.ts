import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../../..');

/** Files that the text links to, without addresses of other sites and places within a page. */
function linked(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)/g)]
    .map(([, target]) => target ?? '')
    .filter((at) => !at.includes(':'));
}

describe('the documentation', () => {
  it('links to files that exist', async () => {
    const docs = await readdir(join(root, 'docs'), { recursive: true });
    const pages = [
      'README.md',
      ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
    ];
    const missing: string[] = [];
    for (const page of pages) {
      for (const target of linked(await readFile(join(root, page), 'utf8'))) {
        const found = await access(join(root, dirname(page), target)).then(
          () => true,
          () => false,
        );
        if (!found) missing.push(`${page} → ${target}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
