-- Dialplan application for a call from a trunk: notes the trunk, and whose the number is; with a stale heartbeat the call goes to the fallback queue.
-- When this returns without a transfer, the dialplan parks the call for the daemon.

local common = require("cti_common")

local address = session:getVariable("sip_network_ip") or ""
local trunk = common.global("cti_trunk_" .. address:gsub("[^%w]", "_"))
if trunk ~= "" then
  session:setVariable("cti_trunk", trunk)
end
local number = (session:getVariable("cti_dialled") or ""):gsub("[^%w]", "_")
local tenant = common.tenant(common.global("cti_tenant_" .. number))
if tenant ~= common.SHIPPED then
  session:setVariable("cti_tenant", tenant)
  session:setVariable("cti_apart", common.apart(tenant))
end
if not common.fresh(os.time(), tenant) then
  session:setVariable("cti_phase", "fallback")
  session:transfer("fallback", "XML", "cti_fallback")
end
