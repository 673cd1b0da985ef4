---@meta

--- The mount table: bind, move and remove mounts, and read what is mounted.
---
--- Every call acts on the mount namespace of the shell. A first look:
---
--- ```lua
--- for _, m in ipairs(mount.list()) do print(m.target, m.type) end
--- ```
---
--- Notes:
---
--- - A mount made below a *shared* mount shows up in every peer of it, which is seldom what an experiment wants, so
---   make the root private first.
--- - Paths are resolved by the kernel.
---@see ns.unshare
---@source mount(2)
mount = {}

--- How a mount shares events with others.
---@alias mount.Propagation
---| "private" # sends and receives nothing
---| "shared"  # sends and receives
---| "slave"   # receives only
---| "unbindable" # private, and refuses binds

--- What most calls here understand.
---@class mount.Options
---@field readonly? boolean the new mount refuses writes
---@field propagation? mount.Propagation what it shares

---@class mount.BindOptions : mount.Options
---@field recursive? boolean also bind what is mounted below `source`
---@field ["idmap.user"]? string|integer[] the user namespace whose ids the mount shows,
---  or a list of ranges

---@class mount.Record
---@field id string a 64-bit number
---@field target string where it is
---@field type string the file system's name
---@field options table<string, string|true> by name

--- The largest number of mounts in a namespace.
---@type integer
mount.MAX = 100000

--- Makes the tree at `source` also visible at `target`. Both must exist, e.g. as directories; a file can be bound to a
--- file.
---
--- The mount is made **off the tree** and attached when it is complete, so nobody sees it writable for an instant.
--- Read-only, then:
---
--- ```lua root needs=mnt,user
--- mount.bind("/usr", "/mnt", {readonly = true})
--- assert(not pcall(fs.write, "/mnt/x", "y"))
--- ```
---@zh 让 `source` 处的目录树也出现在 `target` 处。
---@param source Path
---@param target Path an existing directory, or a file if `source` is one
---@param options? mount.BindOptions
---@errors EINVAL `source` is not on a mount of this namespace
---@errors EPERM without CAP_SYS_ADMIN in the user namespace that owns the mount namespace
---@source open_tree(2), mount_setattr(2),
---  move_mount(2)
---@explain mount --{recursive?rbind|bind} {source} {target}
---  mount -o remount,bind,ro {target}
---@see mount.list, mount(8)
---@since 0.1
function mount.bind(source, target, options) end

--- Lists the mounts of this namespace in the order of the kernel.
---@param filter? fun(m: mount.Record): boolean
---@return mount.Record[] mounts # those that `filter` accepts
---@return integer total # number of all
function mount.list(filter) end

--- Attributes of mounts, one level down.
mount.attr = {}

--- Sets attributes.
---@deprecated use mount.bind
---@param fd mount.Tree
---@param ... "rdonly"|"noexec"
function mount.attr.set(fd, ...) end

--- A tree of mounts that is attached nowhere.
---
--- ```lua norun
--- local t = mount.open("/usr")
--- t:close()
--- ```
---@class mount.Tree
---@field path string where it was opened
local Tree = {}

--- Attaches the tree.
---@param target Path
---@param options? {beneath?: boolean}
---@return self
function Tree:attach(target,
  options) -- may be left out
end

--- Closes it; twice does no harm.
function Tree:close() end

--- Opens the tree at a path.
---@overload fun(fd: integer): mount.Tree
---@param path Path
---@return mount.Tree
function mount.open(path) end

---@class mount.NewOptions
---@field [integer] mount.Propagation flags, one after the other
---@field size? Size
---@field timeout? Duration gives up after it

--- Makes a new file system.
---@param options mount.NewOptions
function mount.new(options) end
