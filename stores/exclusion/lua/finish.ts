/**
 * KEYS: admissions, events, lock, ended. ARGV: type, holding, event. `ended` remembers the last holding of each type
 * that finished, so that a call sent again after a lost reply is told the truth.
 */
export const finishScript = `
local raw = redis.call('HGET', KEYS[1], ARGV[1])
local own = raw and cjson.decode(raw)
if redis.call('GET', KEYS[3]) ~= ARGV[2] or not own or own.holding ~= ARGV[2] then
  return redis.call('HGET', KEYS[4], ARGV[1]) == ARGV[2] and 1 or 0
end
redis.call('XADD', KEYS[2], '*', 'event', ARGV[3])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
return 1
`;
