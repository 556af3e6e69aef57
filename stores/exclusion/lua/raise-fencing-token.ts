/** KEYS: fencing. ARGV: the token that later ones must exceed. */
export const raiseFencingTokenScript = `
if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or '0') then redis.call('SET', KEYS[1], ARGV[1]) end
return 1
`;
