-- What all nodes let through of one limit.
--   KEYS[1] when all of it will have passed at an even rate, Unix microseconds by the clock of Redis
-- ARGV: how long what a node let through since it last told takes at that rate (microseconds; 0: only looks), the most that
-- may be ahead (microseconds), so that a clock that is set back locks nobody out.
-- Returns how far ahead of now it is, in microseconds.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local spent, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now)) + spent
at = math.min(at, now + most)
if spent > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000) + 1)
end
return at - now
