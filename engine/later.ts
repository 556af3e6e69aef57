/** Thrown by a processor: deliver this message again at that time. It is no failure and costs no attempt. */
export class Later extends Error {
  override readonly name = 'Later';
  /** Milliseconds since the epoch. */
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}
