-- Started by mod_lua with the switch (lua.conf, startup-script): puts the watchdog into the switch's scheduler, once.

local common = require("cti_common")
local api = freeswitch.API()

for _ = 1, 240 do -- mod_commands may be loaded after mod_lua
  api:execute("sched_del", "cti")
  local said = api:execute("sched_api", "@1 cti lua cti_watchdog.lua")
  if said and said:find("+OK", 1, true) then
    common.log("notice", "watchdog scheduled every second")
    return
  end
  freeswitch.msleep(250)
end
common.log("crit", "the watchdog could not be scheduled: waiting callers are lost when the daemon dies")
