-- For wrk: posts bodies in turn. Arguments after `--`: the content type, then the files that hold the bodies.
local requests, at = {}, 0

function init(args)
  for n = 2, #args do
    local file = assert(io.open(args[n], "rb"))
    requests[n - 1] = wrk.format("POST", nil, { ["Content-Type"] = args[1] }, file:read("*a"))
    file:close()
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local line = "result %d %d %d %d %d\n"
  io.write(line:format(summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
