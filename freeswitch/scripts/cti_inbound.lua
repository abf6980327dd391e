-- Dialplan application for a call from a trunk: notes the trunk; with a stale heartbeat the call goes to the fallback queue.
-- When this returns without a transfer, the dialplan parks the call for the daemon.

local common = require("cti_common")

local address = session:getVariable("sip_network_ip") or ""
local trunk = common.global("cti_trunk_" .. address:gsub("[^%w]", "_"))
if trunk ~= "" then
  session:setVariable("cti_trunk", trunk)
end
if not common.fresh(os.time()) then
  session:setVariable("cti_phase", "fallback")
  session:transfer("fallback", "XML", "cti_fallback")
end
