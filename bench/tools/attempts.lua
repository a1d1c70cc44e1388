-- The attempts that `seckill load --saturate` sends, sent by wrk: the same tokens in turn, to one sale.
-- A file of tokens has one "buyerId token" a line, as `seckill tokens` prints them.
--
--   seckill tokens --sale 7 --buyers 20000 > tokens.txt
--   wrk --threads 1 --connections 64 --duration 10s --script bench/tools/attempts.lua \
--       http://127.0.0.1:3000 -- 7 tokens.txt

local requests = {}
local sent = 0

function init(arguments)
  local sale, file = arguments[1], arguments[2]
  assert(sale and file, "say the sale and the file of tokens: ... URL -- SALE FILE")
  wrk.method = "POST"
  wrk.path = "/api/sales/" .. sale .. "/attempts"
  wrk.headers["content-length"] = "0"
  for line in io.lines(file) do
    wrk.headers["authorization"] = "Bearer " .. line:match("%S+$")
    requests[#requests + 1] = wrk.format()
  end
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

-- One line for programs. Answers that are no 2xx or 3xx are what a sold-out sale should give.
function done(summary)
  local errors = summary.errors
  io.write(string.format(
    "answers %d refused %d microseconds %d unanswered %d\n",
    summary.requests, errors.status, summary.duration,
    errors.connect + errors.read + errors.write + errors.timeout))
end
