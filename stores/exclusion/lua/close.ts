/** KEYS: admissions, events, then every lock there can be. ARGV: type, backup id, attempt, event. */
export const closeScript = `
local raw = redis.call('HGET', KEYS[1], ARGV[1])
local own = raw and cjson.decode(raw)
if not own or own.id ~= ARGV[2] or own.attempt ~= ARGV[3] then return 0 end
for i = 3, #KEYS do
  if own.holding and redis.call('GET', KEYS[i]) == own.holding then return 0 end
end
redis.call('XADD', KEYS[2], '*', 'event', ARGV[4])
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
`;
