import { type Client, ErrorCodes, RequestError } from 'tigerbeetle-node';

/**
 * Ends a client; calls that are under way fail. One that the cluster has evicted (for its version, or because others
 * came when all sessions were taken) has ended by itself, and must be left alone: its `destroy` ends the whole process
 * (`client.deinit() catch unreachable` in src/clients/node/node.zig of TigerBeetle 0.17.9). It tells by refusing a request
 * at once, also where nobody has heard of the eviction yet.
 */
export async function giveUp(client: Client): Promise<void> {
  const refused = client.lookupAccounts([1n]).then(
    () => false,
    (error: unknown) => error instanceof RequestError && error.code === ErrorCodes.ERR_CLIENT_CLOSED,
  );
  // A refusal is heard of before anything else happens; whatever else comes of the request comes later, or never.
  const others = Promise.resolve()
    .then(() => undefined)
    .then(() => false);
  if (!(await Promise.race([refused, others]))) client.destroy();
}
