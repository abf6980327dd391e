-- The agents of the switch's own queue are the registered phones: only agents have a phone here, so people who come, go or change
-- their extension are in the queue without anybody's doing. A phone with any call on it is "On Break" for the queue.

local common = require("cti_common")
local phones = require("cti_phones")
local queue = {}
local api = freeswitch.API()

local NAME = "cti_fallback"
local AT_ONCE = 100 -- new agents in one pass: a pass must not hold up the scheduler
local SETTINGS = { wrap_up_time = 5, reject_delay_time = 20, busy_delay_time = 20, no_answer_delay_time = 20, max_no_answer = 0 }

local function set(agent, name, value)
  api:execute("callcenter_config", "agent set " .. name .. " " .. agent .. " '" .. value .. "'")
end

--- What the queue knows: name -> { contact, status, state }.
local function agents()
  local found = {}
  for line in (api:execute("callcenter_config", "agent list") or ""):gmatch("[^\n]+") do
    local name, contact, status, state = line:match("^([^|]*)|[^|]*|[^|]*|[^|]*|([^|]*)|([^|]*)|([^|]*)|")
    if name and name ~= "name" then
      found[name] = { contact = contact, status = status, state = state }
    end
  end
  return found
end

local function add(name, apart)
  api:execute("callcenter_config", "agent add " .. name .. " callback")
  for setting, value in pairs(SETTINGS) do
    set(name, setting, value)
  end
  api:execute("callcenter_config", "tier add " .. NAME .. apart .. " " .. name .. " 1 1")
end

--- Nobody rings this agent until the next pass finds the phone without a call.
function queue.busy(agent)
  if agent then
    set(agent, "status", "On Break")
  end
end

--- The key of a call that this phone has made.
function queue.own(extension)
  return "from " .. extension
end

--- Makes the queues' agents those phones. `channels`: see queue.channels; nil when nobody looked.
-- Who is rung by the queue, or talks in it, is left alone: the queue knows that by itself. Who is left in `known` has no phone.
local function follow(tenant, known, channels)
  local new, apart = 0, common.apart(tenant)
  local registered = phones.registered(common.realm(tenant) or common.global("domain"))
  local mark = apart ~= "" and ",cti_tenant=" .. tenant or ""
  for extension, phone in pairs(registered) do
    local name = extension .. apart
    local agent = known[name]
    known[name] = nil
    if not agent and new < AT_ONCE then
      new = new + 1
      add(name, apart)
      agent = { state = "Waiting" }
    end
    if agent and agent.state == "Waiting" then
      local contact = "[leg_timeout=15" .. mark .. "]" .. phone.dial
      if agent.contact ~= contact then
        set(name, "contact", contact)
      end
      local talks = channels and (channels[phone.channel] or channels[queue.own(extension)])
      local status = talks and "On Break" or "Available"
      if agent.status ~= status and (channels or agent.status ~= "On Break") then
        set(name, "status", status)
      end
    end
  end
end

function queue.follow(channels)
  local known = agents()
  follow(common.SHIPPED, known, channels)
  for _, tenant in ipairs(common.tenants()) do
    if common.apart(tenant) ~= "" then
      follow(tenant, known, channels)
    end
  end
  for name, agent in pairs(known) do
    if agent.state == "Waiting" then
      api:execute("callcenter_config", "agent del " .. name)
    end
  end
end

--- Of `show channels as json`, as keys: the names of channels that the switch has made, and who has made the others. A phone names
-- its own channel as it likes; its accountcode is the extension that its password proved. Quotes in values are escaped.
function queue.channels(listed)
  local found = {}
  for row in listed:gmatch('{"uuid":"[^\n]-"accountcode":"[^"]*"') do
    local name, extension = row:match('","name":"([^"\\]*)"'), row:match('","accountcode":"([^"\\]*)"')
    if row:find('","direction":"outbound"', 1, true) then
      found[name or ""] = true
    elseif extension and row:find('"context":"agents"', 1, true) then
      found[queue.own(extension)] = true
    end
  end
  return found
end

return queue
