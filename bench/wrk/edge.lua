-- One client of bench/wrk/edge.ts: attempts with the tokens of a file in turn, each connection with a pause
-- after each answer. Counts what passed the edge's limit and what did not.
--
--   wrk --threads 1 … --script bench/wrk/edge.lua URL -- SALE FILE PAUSE_MS

local threads = {}
local requests = {}
local sent = 0
local pause_ms = 0

passed = 0
refused = 0
strange = 0

function setup(thread)
  threads[#threads + 1] = thread
end

function init(arguments)
  local sale, file = arguments[1], arguments[2]
  pause_ms = tonumber(arguments[3])
  wrk.method = "POST"
  wrk.path = "/api/sales/" .. sale .. "/attempts"
  wrk.headers["content-length"] = "0"
  for line in io.lines(file) do
    wrk.headers["authorization"] = "Bearer " .. line
    requests[#requests + 1] = wrk.format()
  end
end

function delay()
  return pause_ms
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

-- A sold-out sale says 409 to all but its one winner.
function response(status)
  if status == 429 then
    refused = refused + 1
  elseif status == 409 or status == 200 or status == 202 then
    passed = passed + 1
  else
    strange = strange + 1
  end
end

-- One line for programs.
function done(summary, latency)
  local thread = threads[1]
  local errors = summary.errors
  io.write(string.format(
    "passed %d refused %d strange %d p50 %d p99 %d microseconds %d\n",
    thread:get("passed"), thread:get("refused"),
    thread:get("strange") + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), summary.duration))
end
