-- api_hangup_hook of a call in the fallback queue: appends one JSON line, so that the call can be booked later.
-- Outside text (names, numbers) is only ever a JSON string in a file.

local common = require("cti_common")

local function text(name)
  return env:getHeader("variable_" .. name) or env:getHeader(name) or ""
end

local function quote(value)
  local escaped = value:gsub('[%c"\\]', function(c)
    return string.format("\\u%04x", c:byte())
  end)
  return '"' .. escaped .. '"'
end

local FIELDS = {
  { "uuid", "uuid" },
  { "cti_call", "cti_call" },
  { "number", "Caller-Caller-ID-Number" },
  { "name", "Caller-Caller-ID-Name" },
  { "dialled", "cti_dialled" },
  { "trunk", "cti_trunk" },
  { "queue", "cti_queue" },
  { "enqueued_at", "cti_enqueued_at" },
  { "start_us", "Caller-Channel-Created-Time" },
  { "answer_us", "Caller-Channel-Answered-Time" },
  { "hangup_us", "Caller-Channel-Hangup-Time" },
  { "agent", "cc_agent" },
  { "agent_answered_s", "cc_queue_answered_epoch" },
  { "queue_result", "cc_cause" },
  { "hangup_cause", "hangup_cause" },
  { "tenant", "cti_tenant" },
  { "hung_up_by", "sip_hangup_disposition" },
  { "recording", "cti_fallback_recording" },
}

local parts = {}
for _, field in ipairs(FIELDS) do
  local value = text(field[2])
  if field[1] == "agent" then
    value = value:gsub("_.*", "") -- of another tenant's queue (cti_queue.lua)
  end
  parts[#parts + 1] = quote(field[1]) .. ":" .. quote(value)
end

if text("cti_phase") ~= "fallback" then
  return -- the daemon has taken the call back and books it itself
end
local folder = common.global("cti_recordings_dir")
local file, why = io.open(folder .. "/fallback/calls.jsonl", "a")
if file then
  file:setvbuf("full", 65536) -- one write for one line: lines of two calls never mix
  file:write("{" .. table.concat(parts, ",") .. "}\n")
  file:close()
else
  common.log("err", "fallback call not booked: " .. tostring(why))
end
