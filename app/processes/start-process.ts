import { type InReverse, inReverse } from './in-reverse.ts';

/**
 * Starts what makes up a process; `open` adds a closer for each thing that it opens. `stop` closes all of it, last opened
 * first; so does a failure to start, which is thrown.
 */
export async function startProcess<Started extends object>(
  open: (opened: InReverse) => Promise<Started>,
): Promise<Started & { stop(): Promise<void> }> {
  const opened = inReverse();
  try {
    return { ...(await open(opened)), stop: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
