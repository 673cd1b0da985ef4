---@meta core

--- Runs a function and undoes what it made, however it ends.
---
--- That is by returning, by an error, by Ctrl-C or by `os.exit`; the undoing goes in reverse order. What counts is what
--- would outlive the script: mounts, links, named namespaces, directories outside temporary ones, cgroups. Scopes nest,
--- and a script runs in an outermost one of its own. A failing undo does not keep the rest from being undone.
---
--- ```lua root
--- scope(function()
---   mount.tmpfs("/mnt")
---   fs.write("/mnt/note", "only for now")
--- end)
--- assert(not fs.exists("/mnt/note"))
--- ```
---
--- Results pass through:
---
--- ```lua
--- assert(scope(function(a, b) return a + b end, 40, 2) == 42)
--- ```
---@param fn fun(...): ...
---@param ... any arguments of `fn`
---@return ... any # what `fn` returns
---@explain passive none a shell has `trap … EXIT`, and everyone writes the undoing by hand
---@see keep
function scope(fn, ...) end

--- Takes a thing out of its scope: it stays when the scope, or the script, ends.
---
--- ```lua
--- local p = proc.start{"sleep", "60"}
--- keep(p)   -- without this it would be killed with the scope
--- p:kill()
--- p:wait()
--- ```
---@generic T
---@param thing T a handle of something that was made by this script
---@return T thing
---@errors EINVAL it was not made by this script, or is kept already
---@explain passive none it is about scopes
---@see scope
function keep(thing) end

--- Prints the documentation of a thing. Without one it lists what there is.
---
--- ```lua
--- help()
--- help("ns")
--- help(ns.clone)
--- help(ns.current("net"))
--- ```
---@param thing? any a name such as "mount.bind", a module, a function or a handle; a word finds what mentions it
---@errors EINVAL nothing is called so, or mentions it
---@explain passive man {thing}
function help(thing) end

--- Tells the classic commands that are equivalent: `unshare`, `nsenter`, `ip`, `mount` and the like.
---
--- Of a module's function it gives the command as a manual page would show it. A function written in Lua it **runs**,
--- and lists the commands for what that did, with what its scopes took back.
---
--- ```lua
--- print(explain(mount.tmpfs))
--- ```
---
--- A function that runs:
--- ```lua
--- local commands = explain(function() mount.tmpfs("/tmp", {size = "1M"}) end)
--- assert(commands[1] == "mount -t tmpfs -o size=1M tmpfs /tmp")
--- ```
---@param f function
---@param ... any arguments for it
---@return string|string[] commands
---@errors EINVAL a function of neither kind
---@explain passive none it is about commands
function explain(f, ...) end
