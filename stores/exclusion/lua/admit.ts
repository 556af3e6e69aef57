/**
 * KEYS: admissions, events, leader, idempotency key.
 * ARGV: type, backup id, attempt, order, `requested` event, now in ms, lock scope, `on-demand` or `scheduled`,
 * lease token or '', seconds to keep the idempotency key or ''.
 *
 * Sent again after a lost reply it gives the same answer, since the same attempt is then already admitted.
 */
export const admitScript = `
local type, id, attempt = ARGV[1], ARGV[2], ARGV[3]
local keptFor = ARGV[10] ~= '' and redis.call('GET', KEYS[4])
local own = redis.call('HGET', KEYS[1], type)
own = own and cjson.decode(own)

if own and own.id == id and own.attempt == attempt then
  if own.state == 'waiting' then return {'waiting', own.behind} end
  return {'dispatched'}
end
if keptFor then return {'repeated', keptFor} end
if ARGV[9] ~= '' and redis.call('GET', KEYS[3]) ~= ARGV[9] then return {'not-leader'} end
if own then return {'refused', own.id, own.state} end

local ahead
if ARGV[7] == 'global' then
  local rank = {running = 1, dispatched = 2, waiting = 3}
  for _, raw in ipairs(redis.call('HVALS', KEYS[1])) do
    local other = cjson.decode(raw)
    if not ahead or rank[other.state] < rank[ahead.state]
      or (other.state == ahead.state and other.id < ahead.id) then
      ahead = other
    end
  end
end
if ahead and ARGV[8] == 'scheduled' then return {'busy', ahead.id} end

redis.call('HSET', KEYS[1], type, cjson.encode({
  id = id, attempt = attempt, order = ARGV[4], since = ARGV[6],
  state = ahead and 'waiting' or 'dispatched', behind = ahead and ahead.id or nil,
}))
if ARGV[10] ~= '' then redis.call('SET', KEYS[4], id, 'EX', ARGV[10]) end
redis.call('XADD', KEYS[2], '*', 'event', ARGV[5])
if ahead then return {'waiting', ahead.id} end
return {'dispatched'}
`;
