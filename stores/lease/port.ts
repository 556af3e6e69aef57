/** Leadership among the control planes: at most one holds it, and loses it when it does not renew in time. */
export interface Lease {
  /** Takes or extends the lease. Returns the token under which it is held, or undefined when another holds it. */
  hold(): Promise<string | undefined>;
  /** Who holds it now (host:pid), for the status page. */
  holder(): Promise<string | undefined>;
  /** Gives it up if held, so that another takes over at once. */
  release(): Promise<void>;
}
