/** KEYS: restores, events. ARGV: id, state as JSON, event. One that is there already stays. */
export const admitScript = `
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', 'event', ARGV[3])
return 1
`;

/** KEYS: restores, events, alive. ARGV: id, worker, start time, ms of life, event. The order stays the text that it was. */
export const beginScript = `
local raw = redis.call('HGET', KEYS[1], ARGV[1])
local own = raw and cjson.decode(raw)
if not own or own.state ~= 'queued' then return 0 end
own.state, own.worker, own.startTime = 'running', ARGV[2], ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(own))
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[4])
redis.call('XADD', KEYS[2], '*', 'event', ARGV[5])
return 1
`;

/** KEYS: restores, alive. ARGV: id, worker, ms of life, progress as JSON (text in text; empty: none). */
export const renewScript = `
local raw = redis.call('HGET', KEYS[1], ARGV[1])
local own = raw and cjson.decode(raw)
if not own or own.worker ~= ARGV[2] then return 0 end
if ARGV[4] ~= '' then own.progress = ARGV[4] end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(own))
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
`;

/** KEYS: restores, events, alive. ARGV: id, event, 'silent' to end it only when no sign of life is left. */
export const endScript = `
if ARGV[3] == 'silent' then
  if redis.call('EXISTS', KEYS[3]) == 1 or redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
end
redis.call('XADD', KEYS[2], '*', 'event', ARGV[2])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[3])
return 1
`;
