#!/usr/bin/env nslua
--- Pods: containers that share namespaces.
---
--- Nothing here needs a daemon.

local M = {}

local text = [[
--- Not documentation.
function M.hidden(a) end
]]

--------------------------------------------------------------------
--- A running pod.
---@class pod.Pod
---@field name string
local Pod = {}
Pod.__index = Pod

--- Options of `pod.run`.
---@class pod.Options
---@field name? string
---@field memory? Size

-- An ordinary comment.
local function helper(x)
  --- Not documentation either.
  function Pod.inner(y) end
  return x
end

--- Local, so it is nobody's business.
---@param x any
local function documented(x) return x end

--- Starts a pod.
---@param options pod.Options
---@return pod.Pod
function M.run(options)
  return setmetatable({name = options.name or text}, Pod)
end

function M.undocumented() return helper(documented(1)) end

--- Stops the pod.
---@param timeout? Duration
Pod.stop = function(self, timeout)
  return self, timeout
end

--- The containers of the pod.
---@return string[]
function Pod:names() return {} end

--- The version of the format.
---@type integer
M.version = 1

return setmetatable(M, {__call = function(_, o) return M.run(o) end})
