-- Leases of one channel. All keys are of one slot: their names share a hash tag.
--   KEYS[1] users   hash   user -> JSON array of its devices {n,s,m,r,d,t,l}: name, state, mode, resource, meta (JSON text),
--                          last beat (ms), 1 when its lease has lapsed; or "expired" for a while after it left by silence
--   KEYS[2] leases  zset   user .. LF .. device -> when its state ends next (ms): lapse, then leave
--   KEYS[3] changes zset   user -> version of its last change, kept for a while after it left
--   KEYS[4] parted  zset   user -> when it left (ms)
--   KEYS[5] head    hash   gen (random), ver, count (users), swept (ms), hold (ms: until then no lease ends), trimmed (ver),
--                          lives (ms: when the keys were last given their time)
-- ARGV: operation, now (ms; empty: the clock of Redis), heartbeat, lease, longest time between sweeps, leases that are
-- ended at most (ms, count), then what the operation takes. Names of users and devices have no control characters.

local users, leases, changes, parted, head = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local op, heartbeat, ttl, gap, most = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local kept = redis.call('HMGET', head, 'gen', 'ver', 'count', 'swept', 'hold', 'trimmed', 'lives')
local gen, version, count = kept[1] or '', tonumber(kept[2] or 0), tonumber(kept[3] or 0)
local swept, hold, trimmed = tonumber(kept[4] or now), tonumber(kept[5] or 0), tonumber(kept[6] or 0)
local lives = tonumber(kept[7] or 0)
local dirty = false

local function load(user)
  local text = redis.call('HGET', users, user)
  if text and text ~= 'expired' then
    return cjson.decode(text), text
  end
  return nil, text
end

local function touch(user)
  version = version + 1
  dirty = true
  redis.call('ZADD', changes, version, user)
end

-- Keeps what is left of a user's devices.
local function keep(user, devices, expired)
  if #devices > 0 then
    redis.call('HSET', users, user, cjson.encode(devices))
    return
  end
  count = count - 1
  if expired then
    redis.call('HSET', users, user, 'expired')
  else
    redis.call('HDEL', users, user)
  end
  redis.call('ZADD', parted, now, user)
end

local function find(devices, name)
  for i, device in ipairs(devices) do
    if device.n == name then
      return i
    end
  end
end

local function lapse(lease)
  local cut = string.find(lease, '\n', 1, true)
  local user, name = string.sub(lease, 1, cut - 1), string.sub(lease, cut + 1)
  local devices = load(user)
  local at = devices and find(devices, name)
  if not at then
    redis.call('ZREM', leases, lease)
    return
  end
  if devices[at].l then
    table.remove(devices, at)
    redis.call('ZREM', leases, lease)
  else
    devices[at].l = 1
    redis.call('ZADD', leases, now + ttl, lease)
  end
  keep(user, devices, true)
  touch(user)
end

local function trim()
  for _, user in ipairs(redis.call('ZRANGEBYSCORE', parted, '-inf', now - 2 * ttl, 'LIMIT', 0, most)) do
    trimmed = math.max(trimmed, tonumber(redis.call('ZSCORE', changes, user) or 0))
    redis.call('ZREM', changes, user)
    redis.call('ZREM', parted, user)
    redis.call('HDEL', users, user)
    dirty = true
  end
end

-- Ends what is due; says whether there is more. Who was not swept for too long was away: leases are given another time.
local function sweep()
  if now - swept > gap then
    hold = now + ttl
    dirty = true
  end
  if now < hold then
    return false
  end
  local due = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, most)
  for _, lease in ipairs(due) do
    lapse(lease)
  end
  trim()
  return #due == most
end

-- Keys are given their time anew once per heartbeat, and whenever one may have come into being.
local function save(made)
  local due = made or now - lives > heartbeat
  if due then
    lives = now
  end
  redis.call('HSET', head, 'gen', gen, 'ver', version, 'count', count, 'swept', now, 'hold', hold, 'trimmed', trimmed, 'lives', lives)
  if due then
    for _, key in ipairs(KEYS) do
      redis.call('PEXPIRE', key, 4 * ttl)
    end
  end
end

local function silent(devices)
  local oldest = 1
  for i, device in ipairs(devices) do
    if device.t < devices[oldest].t then
      oldest = i
    end
  end
  return oldest
end

-- user, device, state, mode, resource, meta, random generation, devices at most
local function join()
  if gen == '' then
    gen = ARGV[13]
  end
  local user, name = ARGV[7], ARGV[8]
  local said = { n = name, s = ARGV[9], m = ARGV[10], t = now }
  if ARGV[11] ~= '' then said.r = ARGV[11] end
  if ARGV[12] ~= '' then said.d = ARGV[12] end
  local devices = load(user)
  if not devices then
    devices = {}
    count = count + 1
    redis.call('ZREM', parted, user)
  end
  local at = find(devices, name)
  local before = at and devices[at]
  local news = not before or before.l or before.s ~= said.s or before.m ~= said.m or before.r ~= said.r or before.d ~= said.d
  if not at and #devices >= tonumber(ARGV[14]) then
    at = silent(devices)
    redis.call('ZREM', leases, user .. '\n' .. devices[at].n)
  end
  devices[at or #devices + 1] = said
  redis.call('HSET', users, user, cjson.encode(devices))
  redis.call('ZADD', leases, now + ttl, user .. '\n' .. name)
  local made = dirty
  if news then
    touch(user)
  end
  save(made)
  return news and 1 or 0
end

-- user, device
local function renew()
  local user, name = ARGV[7], ARGV[8]
  local devices = load(user)
  local at = devices and find(devices, name)
  if not at then
    return 0
  end
  if devices[at].l then
    devices[at].l = nil
    touch(user)
  end
  devices[at].t = now
  redis.call('HSET', users, user, cjson.encode(devices))
  redis.call('ZADD', leases, now + ttl, user .. '\n' .. name)
  save(dirty)
  return 1
end

-- user, device
local function leave()
  local user, name = ARGV[7], ARGV[8]
  local devices = load(user)
  local at = devices and find(devices, name)
  if not at then
    if dirty then save(true) end
    return 0
  end
  table.remove(devices, at)
  redis.call('ZREM', leases, user .. '\n' .. name)
  keep(user, devices, false)
  touch(user)
  save(true)
  return 1
end

-- generation and version that were seen, users that are shown at most
local function look(more_due)
  if gen == '' then
    return { '', '0', '1', '0', '0', '0', '-1', {} }
  end
  local whole = ARGV[7] ~= gen or tonumber(ARGV[8]) < trimmed
  local since = whole and 0 or tonumber(ARGV[8])
  local limit = tonumber(ARGV[9])
  local found = redis.call('ZRANGEBYSCORE', changes, '(' .. since, '+inf', 'WITHSCORES', 'LIMIT', 0, limit)
  local shown = {}
  for i = 1, #found, 2 do
    shown[#shown + 1] = found[i]
    shown[#shown + 1] = redis.call('HGET', users, found[i]) or ''
  end
  local more = #found == 2 * limit
  local reached = more and found[#found] or version
  local first = redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')
  local wait = -1
  if more_due then
    wait = 0
  elseif first[2] then
    wait = math.min(heartbeat, math.max(0, math.max(tonumber(first[2]), hold) - now))
  end
  if first[2] or dirty then
    save(dirty)
  end
  return { gen, tostring(reached), whole and '1' or '0', more and '1' or '0', tostring(count), now < hold and '1' or '0', tostring(wait), shown }
end

local more_due = gen ~= '' and sweep() or false
if op == 'join' then
  return join()
elseif op == 'renew' then
  return renew()
elseif op == 'leave' then
  return leave()
end
return look(more_due)
