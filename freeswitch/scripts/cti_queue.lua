-- The agents of the switch's own queue are the registered phones: only agents have a phone here, so people who come, go or change
-- their extension are in the queue without anybody's doing. A phone with any call on it is "On Break" for the queue.

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

local function add(name)
  api:execute("callcenter_config", "agent add " .. name .. " callback")
  for setting, value in pairs(SETTINGS) do
    set(name, setting, value)
  end
  api:execute("callcenter_config", "tier add " .. NAME .. " " .. name .. " 1 1")
end

--- Nobody rings this agent until the next pass finds the phone without a call.
function queue.busy(agent)
  if agent then
    set(agent, "status", "On Break")
  end
end

--- Makes the queue's agents those phones. `channels`: the names of all channels (as keys), nil when nobody looked.
-- Who is rung by the queue, or talks in it, is left alone: the queue knows that by itself.
function queue.follow(realm, channels)
  local known, new = agents(), 0
  local registered = phones.registered(realm)
  for extension, phone in pairs(registered) do
    local agent = known[extension]
    if not agent and new < AT_ONCE then
      new = new + 1
      add(extension)
      agent = { state = "Waiting" }
    end
    if agent and agent.state == "Waiting" then
      local contact = "[leg_timeout=15]" .. phone.dial
      if agent.contact ~= contact then
        set(extension, "contact", contact)
      end
      local own = "sofia/internal/" .. extension .. "@"
      local talks = channels and (channels[phone.channel] or channels[own])
      local status = talks and "On Break" or "Available"
      if agent.status ~= status and (channels or agent.status ~= "On Break") then
        set(extension, "status", status)
      end
    end
  end
  for name, agent in pairs(known) do
    if not registered[name] and agent.state == "Waiting" then
      api:execute("callcenter_config", "agent del " .. name)
    end
  end
end

--- The names of all channels in `show channels as json`, and SOFIA/PROFILE/USER@ of each, as keys.
function queue.channels(listed)
  local found = {}
  for name in listed:gmatch('","name":"([^"\\]*)"') do
    found[name] = true
    found[name:match("^[^@]*@") or name] = true
  end
  return found
end

return queue
