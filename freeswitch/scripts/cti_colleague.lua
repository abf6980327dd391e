-- lua cti_colleague.lua EXTENSION: a phone dials another phone. Puts into cti_phone where that one may be rung; the dialplan bridges.
-- Both phones are on the phone from now on: the switch's own queue, when it is in use, rings neither of them.

local common = require("cti_common")
local phones = require("cti_phones")
local queue = require("cti_queue")

local extension = common.id(argv[1])
local tenant = common.tenant(session:getVariable("cti_tenant"))
local apart = common.apart(tenant)
local phone = extension and phones.registered(common.realm(tenant) or common.global("domain"), extension)[extension]
if phone then
  if not common.fresh(os.time(), tenant) then
    queue.busy(extension .. apart)
    local own = common.id(session:getVariable("cti_extension"))
    queue.busy(own and own .. apart)
  end
  session:setVariable("cti_phone", (apart ~= "" and "[cti_tenant=" .. tenant .. "]" or "") .. phone.dial)
else
  session:hangup("USER_NOT_REGISTERED")
end
