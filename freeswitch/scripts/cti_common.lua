-- What the other cti_*.lua scripts share: safe access to channels, and how old the daemon's heartbeat is.
-- Nothing here builds a command from outside text: ids are checked, values are only compared or handed on by the switch.

local common = {}
local api = freeswitch.API()

common.STALE_S = 5 -- a heartbeat that has not changed for longer is stale
common.PATIENT_S = 15 -- of a daemon that was late and came back: a busy machine would send callers to and fro
common.LATE_FOR_S = 600 -- how long it is believed to be only late

--- An id that is safe in an api command, or nil.
function common.id(text)
  if type(text) == "string" and #text <= 80 and text:match("^[%w_%-]+$") then
    return text
  end
  return nil
end

--- A channel variable, "" when it is unset or the channel is gone.
function common.get(uuid, name)
  local value = api:execute("uuid_getvar", uuid .. " " .. name)
  if value == nil or value == "_undef_" or value:sub(1, 4) == "-ERR" then
    return ""
  end
  return value
end

--- Sets a channel variable; "" unsets it. Values are our own words, never outside text.
function common.set(uuid, name, value)
  return api:execute("uuid_setvar", uuid .. " " .. name .. (value == "" and "" or " " .. value))
end

function common.exists(uuid)
  return api:execute("uuid_exists", uuid) == "true"
end

--- Bridged right now: the switch sets bridge_to when two legs begin to hear each other and unsets it when they stop.
function common.bridged(uuid)
  return common.get(uuid, "bridge_to") ~= ""
end

--- A member of a room that is not the only one there. What a leg says of its room stays when it has left; the room knows.
function common.in_company(uuid)
  local room = common.id(common.get(uuid, "conference_name"))
  local listed = room and api:execute("conference", room .. " list") or ""
  if not listed:find(";" .. uuid .. ";", 1, true) then
    return false
  end
  return (tonumber(api:execute("conference", room .. " list count")) or 0) > 1
end

function common.global(name)
  return freeswitch.getGlobalVariable(name) or ""
end

function common.set_global(name, value)
  api:execute("global_setvar", name .. "=" .. value)
end

common.SHIPPED = "main" -- the tenant that is written nowhere

--- The tenants of this switch.
function common.tenants()
  local found = {}
  for name in common.global("cti_tenants"):gmatch("[%w_.-]+") do
    found[#found + 1] = name
  end
  return #found > 0 and found or { common.SHIPPED }
end

--- Whose a channel is, by its cti_tenant.
function common.tenant(said)
  return said ~= nil and said:match("^[%w_.-]+$") or common.SHIPPED
end

--- A global variable as the tenant has it (cti_server/domain/tenant.py has the same rule).
function common.named(name, tenant)
  return tenant == common.SHIPPED and name or name .. "_" .. tenant
end

--- Where the tenant's phones register; nil: where all do, with extensions that no other has.
function common.realm(tenant)
  local realm = common.global(common.named("cti_realm", tenant))
  return realm ~= "" and realm or nil
end

--- What the names of the tenant's own queue and of its agents end in.
function common.apart(tenant)
  return tenant ~= common.SHIPPED and common.realm(tenant) and "_" .. tenant or ""
end

--- Seconds since the heartbeat was seen to change, by the switch's own clock: a daemon whose clock is wrong is not stale.
-- The watchdog notes in cti_heartbeat_seen what it saw and when, as BEAT@SECONDS.
function common.heartbeat_age(now, tenant)
  local beat = common.global(common.named("cti_heartbeat", tenant))
  if not beat:match("^%d+$") then
    return math.huge
  end
  local seen, at = common.global(common.named("cti_heartbeat_seen", tenant)):match("^(%d+)@(%d+)$")
  if seen == nil then
    return math.abs(now - tonumber(beat)) -- the watchdog has not looked yet
  end
  if seen ~= beat then
    return 0
  end
  return now - tonumber(at)
end

--- How old a heartbeat may be. The watchdog notes in cti_heartbeat_late a daemon that came back, as EPOCH@UNTIL: another daemon has
-- another epoch.
function common.patience(now, tenant)
  local epoch, till = common.global(common.named("cti_heartbeat_late", tenant)):match("^(%d+)@(%d+)$")
  if epoch and epoch == common.global(common.named("cti_epoch", tenant)) and now < tonumber(till) then
    return common.PATIENT_S
  end
  return common.STALE_S
end

function common.fresh(now, tenant)
  return common.heartbeat_age(now, tenant) <= common.patience(now, tenant)
end

function common.log(level, text)
  freeswitch.consoleLog(level, "cti: " .. text .. "\n")
end

return common
