/**
 * KEYS: admissions, events, fencing, the lock to take, then the other locks that stand against it.
 * ARGV: type, backup id, attempt, worker, now in ms, start time, lock duration in ms, a nonce of this call.
 *
 * The nonce makes a call that is sent again after a lost reply the same call. Numbers beyond 14 digits are kept as
 * text, because cjson would round them.
 */
export const beginScript = `
local raw = redis.call('HGET', KEYS[1], ARGV[1])
local own = raw and cjson.decode(raw)
if not own or own.id ~= ARGV[2] or own.attempt ~= ARGV[3] then return {'superseded'} end
if own.state == 'running' and own.nonce == ARGV[8] and redis.call('GET', KEYS[4]) == own.holding then
  return {'begun', own.token, own.startTime}
end
if own.state ~= 'dispatched' then return {'superseded'} end
for i = 4, #KEYS do
  local held = redis.call('GET', KEYS[i])
  if held then return {'busy', (string.match(held, '^%d+ (%S+)'))} end
end

local time = redis.call('TIME')
local last = tonumber(redis.call('GET', KEYS[3]) or '0')
local token = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
redis.call('SET', KEYS[3], token)

own.state, own.since, own.token, own.worker = 'running', ARGV[5], token, ARGV[4]
own.startTime, own.nonce, own.holding = ARGV[6], ARGV[8], token .. ' ' .. own.id .. ' ' .. own.attempt
redis.call('SET', KEYS[4], own.holding, 'PX', ARGV[7])
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(own))
redis.call('XADD', KEYS[2], '*', 'event',
  '{"kind":"started","at":"' .. ARGV[6] .. '","order":' .. own.order .. ',"startTime":"' .. ARGV[6] ..
  '","fencingToken":' .. token .. ',"worker":' .. cjson.encode(ARGV[4]) .. '}')
return {'begun', token, ARGV[6]}
`;
