---@meta

--- What every script has without asking: scopes, units, and a few globals.

--- An amount of memory, as "512M", "512Mi", or bytes.
---@alias Size string|integer

--- A span of time, as "10ms", or seconds.
---@alias Duration string|number

--- Runs `fn` and undoes, in reverse order, what it made.
---@zh 运行函数，结束时按相反顺序撤销它创建的东西。
---@param fn fun(s: scope.Scope): any
---@return any ... what `fn` returns
---@explain none a shell has `trap`, and little else
function scope(fn) end

--- The list of things a scope undoes.
---@class scope.Scope
local Scope = {}

--- Undoes one more thing at the end.
---@param undo fun()
function Scope:defer(undo) end

--- JSON text.
json = {}

--- Parses JSON.
---@param text string
---@return any
function json.decode(text) end
