-- The health of Peerage's kinds for Argo CD: the same for each, by the rules of kstatus.
local health = { status = "Progressing", message = "waiting for the controller" }
local conditions = {}
local status = obj.status or {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local ready = conditions["Ready"]
local function holds(name)
  return conditions[name] ~= nil and conditions[name].status == "True"
end
local function message(condition)
  return (condition.reason or "") .. ": " .. (condition.message or "")
end

if obj.metadata.deletionTimestamp ~= nil then
  -- A deletion that a person must help with is stalled.
  health.status = holds("Stalled") and "Degraded" or "Progressing"
  health.message = ready ~= nil and ("being deleted; " .. message(ready)) or "being deleted"
elseif obj.spec ~= nil and obj.spec.suspend == true then
  health.status = "Suspended"
  health.message = "spec.suspend is set"
elseif ready == nil then
  return health
elseif status.observedGeneration ~= obj.metadata.generation then
  health.message = "waiting for the controller to see the newest spec"
elseif holds("Stalled") then
  -- Nothing happens until a person acts.
  health.status = "Degraded"
  health.message = message(conditions["Stalled"])
elseif holds("Reconciling") then
  health.message = message(ready)
elseif ready.status == "True" then
  health.status = "Healthy"
  health.message = message(ready)
elseif ready.status == "False" then
  health.status = "Degraded"
  health.message = message(ready)
else
  health.message = message(ready)
end
return health
