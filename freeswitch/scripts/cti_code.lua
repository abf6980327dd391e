-- Dialplan application for a code that a phone has dialled: with a stale heartbeat nobody would do it, and the phone is told so.
-- When this returns without a transfer, the dialplan parks the leg for the daemon.

local common = require("cti_common")

if not common.fresh(os.time(), common.tenant(session:getVariable("cti_tenant"))) then
  session:transfer("refused", "XML", "cti_codes")
end
