/** Signals of single messages, all aborted when the runner stops. */
export interface StopSignals {
  readonly stopped: boolean;
  /** For one message; to be closed when it has been dealt with. */
  open(): MessageSignal;
  stop(reason: string): void;
}

export interface MessageSignal {
  /** Made when somebody asks for it: most messages need none, and it costs as much as all the rest of a hop. */
  get(): AbortSignal;
  close(): void;
}

export function createStopSignals(): StopSignals {
  const open = new Set<AbortController>();
  let reason: string | undefined;
  return {
    get stopped() {
      return reason !== undefined;
    },
    open() {
      let controller: AbortController | undefined;
      return {
        get() {
          if (controller === undefined) {
            controller = new AbortController();
            open.add(controller);
            if (reason !== undefined) controller.abort(reason);
          }
          return controller.signal;
        },
        close() {
          if (controller !== undefined) open.delete(controller);
        },
      };
    },
    stop(why) {
      reason = why;
      for (const controller of open) controller.abort(why);
    },
  };
}
