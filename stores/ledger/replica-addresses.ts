import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** TigerBeetle's client takes IP addresses alone: names of hosts are looked up, at each connection anew. */
export function replicaAddresses(addresses: readonly string[]): Promise<string[]> {
  return Promise.all(addresses.map(resolved));
}

async function resolved(address: string): Promise<string> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, Math.max(0, colon));
  if (host === '' || host.startsWith('[') || isIP(host) !== 0) return address;
  // `localhost` is most often both, and servers listen on 127.0.0.1.
  const found = await lookup(host, { verbatim: false });
  return `${found.family === 6 ? `[${found.address}]` : found.address}${address.slice(colon)}`;
}
