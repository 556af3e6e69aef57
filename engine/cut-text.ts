/** The first `limit` UTF-16 units of a text, and … where there are more; a character of two units is never halved. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…`;
}
