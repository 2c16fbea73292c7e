-- Rate limits that several processes share. Everything in milliseconds of this server's clock.
--
-- KEYS: since when these books are whole, then for each budget
--   log    sorted set: what is spent or under way, by the moment it leaves the window
--   line   sorted set: who waits ("rank since cost token"), by the moment they count as gone
--   ease   "moment factor" of the last refusal by the exchange
-- ARGV: what to do, its arguments, then for each budget what it needs.

local WINDOWS = 8 -- until a refusal is forgotten, see core/throttle.py
local FLOOR = 0.125
local LONGEST = 60000 -- for which a budget stays closed after its log was lost
local GRACE = 500 -- for what was under way just then

local time = redis.call('TIME')
local exact = time[1] * 1000 + time[2] / 1000
local now = math.floor(exact)
local what = ARGV[1]

-- Share of a count that refusals have left, and for how long nothing may be spent.
local function eased(key, window)
  local found = redis.call('GET', key)
  if not found then return 1, 0 end
  local at, factor = string.match(found, '(%S+) (%S+)')
  local open = now - at - window
  return math.min(1, factor + (1 - factor) * math.max(0, open) / (WINDOWS * window)), math.max(0, -open)
end

-- How much those want who go before, and whether there are any.
local function before(line, rank, since, token)
  local cost = 0
  for _, one in ipairs(redis.call('ZRANGE', line, 0, -1)) do
    local its_rank, its_since, its_cost, its_token = string.match(one, '(%d+) (%d+) (%d+) (.+)')
    its_rank, its_since = tonumber(its_rank), tonumber(its_since)
    local earlier = its_since < since or (its_since == since and its_token < token)
    if its_rank < rank or (its_rank == rank and earlier) then cost = cost + its_cost end
  end
  return cost
end

-- take: token, rank, since, lease, force; for each budget: count, window, cost
-- Answers 0 and nothing when all is taken, else how long to wait at least, and since when it waits.
if what == 'take' then
  local token, rank, since = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
  local lease, force = tonumber(ARGV[5]), ARGV[6] == '1'
  if since == 0 then since = now end
  local born = redis.call('GET', KEYS[1])
  if not born then
    born = now
    redis.call('SET', KEYS[1], now)
  end
  local longest, head, lacks = 0, false, {}
  local budgets = (#KEYS - 1) / 3
  for b = 1, budgets do
    local log, line, ease = KEYS[3 * b - 1], KEYS[3 * b], KEYS[3 * b + 1]
    local count, window, cost = tonumber(ARGV[3 * b + 4]), tonumber(ARGV[3 * b + 5]), tonumber(ARGV[3 * b + 6])
    redis.call('ZREMRANGEBYSCORE', log, '-inf', '(' .. now)
    redis.call('ZREMRANGEBYSCORE', line, '-inf', '(' .. now)
    local factor, wait = eased(ease, window)
    wait = math.max(wait, born + math.min(window, LONGEST) + GRACE - now)
    local ahead = before(line, rank, since, token)
    local surplus = redis.call('ZCARD', log) + ahead + cost - math.max(cost, math.floor(count * factor))
    if surplus > 0 then
      local entry = redis.call('ZRANGE', log, surplus - 1, surplus - 1, 'WITHSCORES')
      if not entry[1] or string.sub(entry[1], 1, 1) == '~' then
        wait = math.max(wait, window) -- it is under way: answered now, it leaves a window later
      else
        wait = math.max(wait, entry[2] - now + 1)
      end
    end
    if wait > 0 then
      lacks[b] = true
      longest = math.max(longest, wait)
      head = head or ahead == 0
    end
  end
  if longest > 0 and not force then
    for b = 1, budgets do
      -- Who is first in a budget that it lacks keeps its place in the others, too; nobody else is held up by it.
      if head or lacks[b] then
        local line = KEYS[3 * b]
        redis.call('ZADD', line, now + longest + GRACE, rank .. ' ' .. since .. ' ' .. ARGV[3 * b + 6] .. ' ' .. token)
        redis.call('PEXPIRE', line, longest + 2 * GRACE)
      end
    end
    return {longest, since}
  end
  for b = 1, budgets do
    local log, window, cost = KEYS[3 * b - 1], tonumber(ARGV[3 * b + 5]), tonumber(ARGV[3 * b + 6])
    redis.call('ZREM', KEYS[3 * b], rank .. ' ' .. since .. ' ' .. cost .. ' ' .. token)
    for i = 1, cost do
      redis.call('ZADD', log, now + lease + window, '~' .. token .. ' ' .. i)
    end
    redis.call('PEXPIRE', log, lease + 2 * window + GRACE)
  end
  return {0, since}
end

-- give: lease; for each budget: token, window, cost. What was under way has been answered: it counts from now on.
if what == 'give' then
  local lease = tonumber(ARGV[2])
  for b = 1, (#KEYS - 1) / 3 do
    local log, token, window, cost = KEYS[3 * b - 1], ARGV[3 * b], tonumber(ARGV[3 * b + 1]), tonumber(ARGV[3 * b + 2])
    for i = 1, cost do
      redis.call('ZREM', log, '~' .. token .. ' ' .. i)
      redis.call('ZADD', log, math.ceil(exact) + window, token .. ' ' .. i)
    end
    redis.call('PEXPIRE', log, lease + 2 * window + GRACE)
  end
end

-- leave: rank, since, token; for each budget: cost. It waits no more.
if what == 'leave' then
  for b = 1, (#KEYS - 1) / 3 do
    redis.call('ZREM', KEYS[3 * b], ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[b + 4] .. ' ' .. ARGV[4])
  end
end

-- join: how long others may take to come back. Somebody spent alone while Redis was away: who did not (and so is not
-- forced) waits until all have come back and what they spent has left its window.
if what == 'join' then redis.call('SET', KEYS[1], now + ARGV[2]) end

-- slow: for each budget: window. The exchange refused: close it for a window, then open half and let it grow back.
if what == 'slow' then
  for b = 1, (#KEYS - 1) / 3 do
    local ease, window = KEYS[3 * b + 1], tonumber(ARGV[b + 1])
    local factor, closed = eased(ease, window)
    if closed == 0 then
      factor = math.max(FLOOR, factor / 2)
    else
      factor = tonumber(string.match(redis.call('GET', ease), '%S+ (%S+)'))
    end
    redis.call('SET', ease, now .. ' ' .. factor, 'PX', (WINDOWS + 2) * window)
  end
end

return {0, 0}
