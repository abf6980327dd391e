-- lua cti_connect.lua CALLER LEG: the application of an offered leg, run when it has answered.
-- (As api_on_answer it would run beside the originate, which can take the leg to its next application in the very moment of the
-- bridge: then both sides wait for each other in silence.)
-- The caller's cti_offer names the leg it waits for (several with commas: ring all, the first to answer wins).
-- The wanted leg is bridged and the recording named by cti_record begins with the bridge; any other leg ends with LOSE_RACE.
-- The caller's own thread begins it (execute_on_pre_bridge, some 0.2 s into the bridge): uuid_record from here races with a caller
-- who hangs up and leaves a session that never ends. It would fire at every later bridge: the daemon unsets it at RECORD_START.

local common = require("cti_common")
local api = freeswitch.API()
local caller, leg = common.id(argv[1]), common.id(argv[2])

local function say(text)
  if stream then -- asked for as an api command
    stream:write(text)
  end
end

local function wanted(offer)
  for one in offer:gmatch("[^,%s]+") do
    if one == leg then
      return true
    end
  end
  return false
end

--- With several legs offered two may answer at once. mod_hash's insert_ifempty is atomic: one script at a time goes on, the
-- others lose. (global_setvar's compare-and-set cannot do this: it sets without comparing when the old value is empty.)
local function claim(offer)
  return not offer:find(",", 1, true) or api:execute("hash", "insert_ifempty/cti_claim/" .. caller .. "/" .. leg):sub(1, 3) == "+OK"
end

local function release(offer)
  if offer:find(",", 1, true) then
    api:execute("hash", "delete/cti_claim/" .. caller)
  end
end

--- The path that cti_record gives, if it lies below the recordings folder and holds nothing but a plain file name.
local function recording()
  local path = common.get(caller, "cti_record")
  local folder = common.global("cti_recordings_dir") .. "/"
  local safe = path:match("^[%w_%-%./]+$") and not path:find("..", 1, true) and not path:find("//", 1, true)
  if path == "" then
    return nil
  end
  if #folder > 1 and safe and #path <= 500 and path:sub(1, #folder) == folder and path:match("[^/]%.wav$") then
    return path
  end
  common.log("err", "cti_record of " .. caller .. " is not a .wav below the recordings folder: not recorded")
  return nil
end

local function lose(cause)
  say(api:execute("uuid_kill", leg .. " " .. cause))
end

local function connect()
  local offer = common.get(caller, "cti_offer")
  if not wanted(offer) or not claim(offer) then
    return lose("LOSE_RACE")
  end
  if not wanted(common.get(caller, "cti_offer")) then -- somebody won between the look and the claim
    release(offer)
    return lose("LOSE_RACE")
  end
  local phase = common.get(caller, "cti_phase")
  common.set(caller, "cti_offer", "")
  common.set(caller, "cti_phase", "talking") -- before the bridge, so that the watchdog never moves a caller who is being bridged
  local path = recording()
  local fallback = common.get(caller, "cti_fallback_recording")
  if fallback ~= "" then -- taken back from the fallback queue: its recording ends here
    api:execute("uuid_record", caller .. " stop " .. fallback)
    common.set(caller, "cti_fallback_recording", "")
    common.set(caller, "RECORD_BRIDGE_REQ", "")
  end
  if path then
    common.set(caller, "RECORD_STEREO", "true")
    common.set(caller, "RECORD_MIN_SEC", "0") -- else the switch throws away what is shorter than 3 s
  end
  common.set(caller, "execute_on_pre_bridge", path and "record_session " .. path or "")
  local said = api:execute("uuid_bridge", caller .. " " .. leg) or ""
  if said:sub(1, 3) ~= "+OK" then
    common.log("warning", "uuid_bridge " .. caller .. " " .. leg .. " said " .. said:gsub("%s+$", ""))
    if common.exists(caller) then -- still waiting for whoever else was offered
      local others = {}
      for one in offer:gmatch("[^,%s]+") do
        if one ~= leg then
          others[#others + 1] = one
        end
      end
      common.set(caller, "cti_phase", phase)
      common.set(caller, "cti_offer", table.concat(others, ","))
    end
    api:execute("uuid_kill", leg .. " NORMAL_TEMPORARY_FAILURE")
  end
  release(offer)
  say(said)
end

if caller and leg then
  connect()
elseif leg then
  lose("LOSE_RACE")
else
  say("-ERR usage: lua cti_connect.lua CALLER LEG\n")
end
