import type { Redis } from 'ioredis';
import { redisScript } from '../redis-script.ts';
import { timeMember, timestampOfMember } from './stored-form.ts';

/**
 * Which of some times, in order, a time index has. KEYS: the index. ARGV: the times as members begin with them. What lies
 * in the index before a time that was found is passed over in one step, so that a few rows cost little beside many times.
 */
const script = `
local taken, near = {}, ''
for _, time in ipairs(ARGV) do
  if near < time then
    local member = redis.call('ZRANGEBYLEX', KEYS[1], '[' .. time, '+', 'LIMIT', 0, 1)[1]
    if not member then break end
    near = string.sub(member, 1, #time)
  end
  if near == time then taken[#taken + 1] = time end
end
return taken
`;

/** Adds those timestamps that rows in a time index have. */
export async function addTakenTimes(
  redis: Redis,
  index: string,
  { into, among }: { readonly into: Set<bigint>; readonly among: readonly bigint[] },
): Promise<void> {
  if (among.length === 0) return;
  const times = [...new Set(among.map((time) => timeMember(time, 0n).slice(0, 20)))].sort();
  const taken = (await redisScript(redis, script)([index], times)) as string[];
  for (const time of taken) into.add(timestampOfMember(time));
}
