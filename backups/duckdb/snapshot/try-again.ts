/** The source moved while it was being copied: nothing is wrong with it, and the next try may succeed. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}
