-- Asks to redeem at the counter, each time another voucher, under a key and a receipt number of its own.
-- wrk gives: RUN (a word that no other run has), FIRST (which voucher comes first), VOUCHERS, HOLDERS, and two files
-- with a token for each holder and a code for each provider.

local threads = {}

function setup(thread)
   thread:set("thread_number", #threads)
   threads[#threads + 1] = thread
end

local function lines_of(path)
   local found = {}
   for line in io.lines(path) do found[#found + 1] = line end
   return found
end

function init(args)
   run, first, vouchers, holders = args[1], tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
   local codes = lines_of(args[6])
   heads, bodies = {}, {}
   for number, token in ipairs(lines_of(args[5])) do
      heads[number] = "POST /v1/redemptions:instant HTTP/1.1\r\nHost: " .. wrk.host .. "\r\n"
         .. "Content-Type: application/json\r\nAuthorization: Bearer " .. token .. "\r\n"
   end
   for number, code in ipairs(codes) do
      bodies[number] = '{"consent":{"code":"' .. code .. '"},"category":"testing",'
         .. '"price":{"amount":"2.00","currency":"CNY"},"number":"'
   end
   sent, created, refused, failed, told = 0, 0, 0, 0, ""
end

function request()
   local place = (first + sent) % vouchers
   sent = sent + 1
   local name = run .. "-" .. thread_number .. "-" .. sent
   local body = bodies[place % #bodies + 1] .. name
      .. string.format('","voucher_ids":["vch_000000040000700080000000%08x"]}', place)
   return heads[place % holders + 1] .. "Idempotency-Key: " .. name .. "\r\nContent-Length: " .. #body
      .. "\r\n\r\n" .. body
end

function response(status, headers, body)
   if status == 201 then
      created = created + 1
   else
      if status >= 400 and status < 500 then refused = refused + 1 else failed = failed + 1 end
      if told == "" then told = status .. " " .. body end
   end
end

function done(summary, latency, requests)
   local counts = { created = 0, refused = 0, failed = 0 }
   local told = ""
   for _, thread in ipairs(threads) do
      for name in pairs(counts) do counts[name] = counts[name] + thread:get(name) end
      if told == "" then told = thread:get("told") end
   end
   local errors = summary.errors
   local lost = errors.connect + errors.read + errors.write + errors.timeout
   io.write(string.format("BENCH %d %d %d %d %d %d %d\n", counts.created, counts.refused, counts.failed + lost,
      summary.duration, latency:percentile(50), latency:percentile(99), latency.max))
   if told ~= "" then io.write("TOLD " .. told:gsub("%s+", " ") .. "\n") end
end
