/**
 * KEYS: admissions. ARGV: backup id, now in ms, lock scope.
 * Of several callers one gets 1.
 */
export const promoteScript = `
local own, ownType
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local admission = cjson.decode(all[i + 1])
  if admission.id == ARGV[1] then
    own, ownType = admission, all[i]
  elseif ARGV[3] == 'global' and admission.state ~= 'waiting' then
    return 0
  end
end
if not own or own.state ~= 'waiting' then return 0 end
own.state, own.since, own.behind = 'dispatched', ARGV[2], nil
redis.call('HSET', KEYS[1], ownType, cjson.encode(own))
return 1
`;
