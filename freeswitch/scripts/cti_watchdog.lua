-- Runs every second (sched_api, see cti_start.lua). While the daemon's heartbeat changes it only looks at the clock.
-- When the heartbeat is stale, nobody drives the calls: callers who wait go to the switch's own queue, agent legs without a
-- partner end. Who is bridged, or with others in a room, is never touched; who listens, and a phone that stays off hook between
-- calls, may go on for a minute.
-- Stateless but for four global variables (three of them by tenant) and one mark on a channel.

local common = require("cti_common")
local queue = require("cti_queue")
local api = freeswitch.API()
local now = os.time()

local FALLBACK = " fallback XML cti_fallback"
local FOLLOW_S = 5 -- so often the agents of the fallback queue follow the phones while nobody needs them
local FORGET_S = 30 -- so often what is known of phones is asked for anew; never while nobody could answer
local ALONE_S = 2 -- a leg must be seen alone for this long, so that one that is just being bridged is left in peace
local LISTENS_S = 60 -- a supervisor's leg
local OFF_HOOK_S = 60 -- the leg of a phone that stays off hook: the next daemon goes on with it

-- cti_phase of a caller -> what happens to one who is with nobody
local PHASES = {
  arriving = "fallback",
  ivr = "fallback",
  waiting = "fallback",
  held = "fallback",
  survey = "fallback",
  talking = "end", -- the agent has hung up and nobody will say what comes next
}

--- The heartbeat was stale and goes on: the same daemon (by its epoch) was late, not dead. From now on it has more time.
local function note_late(at, tenant)
  local epoch = common.global(common.named("cti_epoch", tenant))
  if now - at > common.STALE_S and epoch ~= "" and epoch == common.global(common.named("cti_heartbeat_epoch", tenant)) then
    common.set_global(common.named("cti_heartbeat_late", tenant), epoch .. "@" .. now + common.LATE_FOR_S)
    common.log("warning", "the daemon's heartbeat was " .. now - at .. " s late: its machine is too busy")
  end
end

--- Notes when the heartbeat last changed. A leap of the clock, or a watchdog that slept, does not count against the daemon.
local function look(tenant, leapt)
  local beat = common.global(common.named("cti_heartbeat", tenant))
  local seen, at = common.global(common.named("cti_heartbeat_seen", tenant)):match("^(%d+)@(%d+)$")
  if beat:match("^%d+$") and (seen ~= beat or leapt) then
    if seen and not leapt then
      note_late(tonumber(at), tenant)
    end
    common.set_global(common.named("cti_heartbeat_epoch", tenant), common.global(common.named("cti_epoch", tenant)))
    common.set_global(common.named("cti_heartbeat_seen", tenant), beat .. "@" .. now)
  end
  return common.fresh(now, tenant)
end

--- The tenants whose daemon is not heard, as a set; nil while all are.
local function silent()
  local last = tonumber(common.global("cti_watchdog_ran")) or now
  local leapt = now - last > common.STALE_S or now < last
  common.set_global("cti_watchdog_ran", tostring(now))
  local found = nil
  for _, tenant in ipairs(common.tenants()) do
    if not look(tenant, leapt) then
      found = found or {}
      found[tenant] = true
    end
  end
  return found
end

--- True when this leg was already alone so many seconds ago; notes it otherwise.
local function alone_long_enough(uuid, seconds)
  local since = tonumber(common.get(uuid, "cti_alone"))
  if since == nil or since > now then
    common.set(uuid, "cti_alone", tostring(now))
    return false
  end
  return now - since >= seconds
end

--- A leg that the daemon has rung, an agent's or one outside; or of a phone whose code it was to do.
local function is_rung(uuid, role, phase)
  return role == "agent" or role == "outside" or role == "code" or (phase == "" and common.get(uuid, "cti_agent") ~= "")
end

local function together(uuid)
  return common.bridged(uuid) or common.in_company(uuid)
end

local moved, ended = 0, 0

local function end_leg(uuid, cause, seconds)
  if alone_long_enough(uuid, seconds) and not together(uuid) then
    api:execute("uuid_kill", uuid .. " " .. cause)
    ended = ended + 1
  end
end

local function rescue(uuid)
  local phase, role = common.get(uuid, "cti_phase"), common.get(uuid, "cti_role")
  if phase == "fallback" then
    return
  end
  if together(uuid) then
    if common.get(uuid, "cti_alone") ~= "" then
      common.set(uuid, "cti_alone", "")
    end
  elseif role == "supervisor" then
    end_leg(uuid, "ORIGINATOR_CANCEL", LISTENS_S)
  elseif is_rung(uuid, role, phase) then
    end_leg(uuid, "ORIGINATOR_CANCEL", common.get(uuid, "cti_persistent") ~= "" and OFF_HOOK_S or ALONE_S)
  elseif PHASES[phase] == "end" then
    end_leg(uuid, "NORMAL_CLEARING", ALONE_S)
  elseif PHASES[phase] == "fallback" then
    common.set(uuid, "cti_offer", "") -- first: a leg that answers from now on loses
    if common.get(uuid, "cti_phase") == phase then -- else it was connected in this very moment
      common.set(uuid, "cti_phase", "fallback")
      common.set(uuid, "execute_on_pre_bridge", "") -- the fallback queue records into a file of its own
      api:execute("uuid_transfer", uuid .. FALLBACK)
      moved = moved + 1
    end
  end
end

local without = silent()
if without == nil then
  if now % FOLLOW_S == 0 then
    queue.follow()
  end
  if now % FORGET_S == 0 then
    api:execute("xml_flush_cache", "")
  end
  return
end

local listed = api:execute("show", "channels as json") or ""
queue.follow(queue.channels(listed)) -- before callers come there
-- quotes inside values are escaped in JSON, so '{"uuid":"' can only be the beginning of a row
for uuid in listed:gmatch('{"uuid":"([%w_%-]+)"') do
  if without[common.tenant(common.get(uuid, "cti_tenant"))] then
    rescue(uuid)
  end
end
if moved + ended > 0 then
  common.log("warning", "no daemon: " .. moved .. " callers to the fallback queue, " .. ended .. " legs without a partner ended")
end
