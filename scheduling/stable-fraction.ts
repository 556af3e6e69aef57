/** A number in [0, 1) that looks random and is the same for the same text and number, in every process and release. */
export function stableFraction(text: string, number: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (number % 0x1_0000_0000), 0x01000193);
  hash = Math.imul(hash ^ Math.floor(number / 0x1_0000_0000), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
