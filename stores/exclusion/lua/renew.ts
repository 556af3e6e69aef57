/** KEYS: admissions, lock. ARGV: type, holding, lock duration in ms, bytes, now in ms. */
export const renewScript = `
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
local raw = redis.call('HGET', KEYS[1], ARGV[1])
local own = raw and cjson.decode(raw)
if not own or own.holding ~= ARGV[2] then return 0 end
redis.call('PEXPIRE', KEYS[2], ARGV[3])
if own.bytes ~= ARGV[4] then
  own.bytes, own.bytesAt = ARGV[4], ARGV[5]
  redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(own))
end
return 1
`;
