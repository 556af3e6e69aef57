/** KEYS: admissions, then every lock there can be. Answers pairs of an admission and 1 when it is held, else 0. */
export const admissionsScript = `
local held = {}
for i = 2, #KEYS do
  local holding = redis.call('GET', KEYS[i])
  if holding then held[holding] = true end
end
local answer = {}
for _, raw in ipairs(redis.call('HVALS', KEYS[1])) do
  local holding = cjson.decode(raw).holding
  answer[#answer + 1] = raw
  answer[#answer + 1] = holding and held[holding] and 1 or 0
end
return answer
`;
