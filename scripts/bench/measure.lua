-- Interleaved timing: every round runs each candidate once, so that a machine
-- that gets slower or faster does so for all of them.
local measure = {}

local function now() return sys.clock("monotonic") end

local function quantile(sorted, q) return sorted[math.max(1, math.ceil(#sorted * q))] end

--- Runs each of the candidates {name =, run =} in turn, `rounds` times after a
--- warm-up, and returns for each {name =, p10 =, p50 =, p90 =} in seconds.
function measure.interleave(rounds, candidates)
  local times = {}
  for i, c in ipairs(candidates) do times[i] = {}; c.run() end
  for _ = 1, rounds do
    for i, c in ipairs(candidates) do
      local start = now()
      c.run()
      table.insert(times[i], now() - start)
    end
  end
  local out = {}
  for i, c in ipairs(candidates) do
    table.sort(times[i])
    out[i] = {name = c.name, p10 = quantile(times[i], 0.1), p50 = quantile(times[i], 0.5), p90 = quantile(times[i], 0.9)}
  end
  return out
end

local function ms(seconds) return string.format("%.3f", seconds * 1000) end

--- Prints a comparison: the first candidate is ours, the ratio is ours to the
--- peer's, and `limit`, if given, what it must not exceed.
function measure.compare(title, limit, results)
  print("\n" .. title)
  print(string.format("  %-52s %10s %10s %10s %8s", "", "p10 ms", "median ms", "p90 ms", "ratio"))
  local ok = true
  for i, r in ipairs(results) do
    local ratio = ""
    if i > 1 then
      local value = results[1].p50 / r.p50
      ratio = string.format("%.2f", value)
      if limit and i == 2 then
        ok = value <= limit
        ratio = ratio .. (ok and " ok" or " OVER") .. string.format(" (≤ %.2f)", limit)
      end
    end
    print(string.format("  %-52s %10s %10s %10s   %s", r.name, ms(r.p10), ms(r.p50), ms(r.p90), ratio))
  end
  return ok
end

--- Prints one figure against its limit.
function measure.limit(title, value, limit, format)
  local ok = value <= limit
  print(string.format("\n%s: " .. format .. " (≤ " .. format .. ") %s", title, value, limit, ok and "ok" or "OVER"))
  return ok
end

return measure
