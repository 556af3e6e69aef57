/**
 * Resolves with the reason once this process is asked to stop: SIGTERM, SIGINT, or the supervisor that started it is
 * gone (its channel closes, also when it was killed). A second signal while stopping ends the process at once.
 */
export function stopRequest(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (reason: string) => (): void => {
      if (asked) {
        if (reason !== 'supervisor gone') process.exit(130);
        return;
      }
      asked = true;
      resolve(reason);
    };
    process.on('SIGTERM', ask('SIGTERM'));
    process.on('SIGINT', ask('SIGINT'));
    if (process.channel !== undefined) {
      process.once('disconnect', ask('supervisor gone'));
      // Listening must not keep a process alive that could not start.
      process.channel.unref();
    }
  });
}
