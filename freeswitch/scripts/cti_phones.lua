-- Which phones are registered, and where each may be rung: a module for the dialplan and for the switch's own queue.
-- A contact is written by a phone, so it is outside text: only one that leads back to the address and port from which it was
-- registered is ever dialled, and it holds no character that a dial string gives a meaning. Over UDP that address can be forged: it is
-- never a trunk's (cti_trunks_at: NETWORK/BITS:PORT with commas between). The daemon has
-- the same rule (esl/contacts.py); both are tested with the same table.

local phones = {}
local api = freeswitch.API()

local TRANSPORTS = { udp = true, tcp = true, tls = true, ws = true, wss = true }

--- "host:port" of a SIP address; nil when it is odd or could lead past its host (maddr, a route of its own).
local function goes_to(uri)
  local scheme, rest = uri:match("^(sips?):(.+)$")
  if not scheme then
    return nil
  end
  local user, behind = rest:match("^([%w_.~*+!'()%%-]+)@(.+)$")
  if user then
    rest = behind
  end
  local host, port, parameters = rest:match("^(%[[%x:.]+%])(:?%d*)(.*)$")
  if not host then
    host, port, parameters = rest:match("^([%w.-]+)(:?%d*)(.*)$")
  end
  if not host or port == ":" or #port > 6 or (parameters ~= "" and parameters:sub(1, 1) ~= ";") then
    return nil
  end
  local seen = {}
  for parameter in (parameters .. ";"):sub(2):gmatch("([^;]*);") do
    local name, value = parameter:match("^([%w_.+-]+)=([%w_.~*+!%%:/%[%]-]*)$")
    name = (name or parameter:match("^[%w_.+-]+$") or ""):lower()
    if name == "" or seen[name] or name == "maddr" or (name:sub(1, 3) == "fs_" and name ~= "fs_nat") then
      return nil
    end
    seen[name] = (value or ""):lower()
  end
  local transport = seen.transport or "udp"
  if not TRANSPORTS[transport] then
    return nil
  end
  port = port ~= "" and tonumber(port:sub(2)) or ((scheme == "sips" or transport == "tls") and 5061 or 5060)
  return host:gsub("[%[%]]", ""):lower() .. ":" .. port
end

local function is_trunk(ip, port)
  for network, trunk_port in (freeswitch.getGlobalVariable("cti_trunks_at") or ""):gmatch("([%x.:]+/%d+):(%d+)%f[^%d]") do
    if tonumber(trunk_port) == tonumber(port) and api:execute("acl", ip .. " " .. network) == "true" then
      return true
    end
  end
  return false
end

--- Does this dial string lead to the address and port that its registration came from, and is no trunk there?
function phones.leads_home(contact, network_ip, network_port)
  local uri = contact:match("^sofia/[%w_.-]+/(sips?:.+)$")
  if not uri or (tonumber(network_port) or 0) == 0 or is_trunk(network_ip, network_port) then
    return false
  end
  local home = network_ip:gsub("[%[%]]", ""):lower() .. ":" .. tonumber(network_port)
  local at, behind = uri:find(";fs_path=", 1, true)
  if not at then
    return goes_to(uri) == home
  end
  local route = uri:sub(behind + 1)
  if not goes_to(uri:sub(1, at - 1)) or not route:match("^[%w_.~*+!'()%%-]+$") then
    return false
  end
  route = route:gsub("%%(%x%x)", function(code)
    return string.char(tonumber(code, 16))
  end)
  return goes_to(route) == home
end

--- The phones that may be rung: extension -> { dial = dial string, channel = the name of its channels }, of all or of one
-- extension. The newest registration of an extension counts. Call-IDs, which are not escaped, hold no line feed or blank.
function phones.registered(realm, extension)
  local found = {}
  local which = extension and ("user " .. extension .. "@" .. realm) or "reg"
  local row = "\n *<user>([%w_.-]+)@([^\n<]*)</user>\n *<contact>[^\n]-&lt;(sips?:[^\n]-)&gt;[^\n]*</contact>"
  local from = "\n *<network%-ip>([%x.:]+)</network%-ip>\n *<network%-port>(%d+)</network%-port>"
  local listed = api:execute("sofia", "xmlstatus profile internal " .. which) or ""
  for one in listed:gmatch("<registration>(.-)</registration>") do
    local user, domain, uri = one:match(row)
    local ip, port = one:match(from)
    if domain == realm and ip then
      local dial = "sofia/internal/" .. uri:gsub("&amp;", "&")
      local home = phones.leads_home(dial, ip, port)
      found[user] = home and { dial = dial, channel = dial:gsub("/sips?:", "/", 1):gsub(";.*", "") } or nil
      if not home then
        freeswitch.consoleLog("warning", "cti: " .. user .. " registered a contact that leads elsewhere: it is not rung\n")
      end
    end
  end
  return found
end

return phones
