---@meta

--- JSON text, to and from Lua values.
---
--- An object is a table with string keys, an array a table with the keys 1 to n.
--- JSON's null is `json.null`, which is not false: compare with `==`.
---
--- ```lua
--- local v = json.decode('{"name": "web", "ports": [80, 443], "owner": null}')
--- assert(v.name == "web" and v.ports[2] == 443 and v.owner == json.null)
--- assert(json.encode(v.ports) == "[80,443]")
--- ```
json = {}

--- The value of JSON's null.
---@type userdata
json.null = nil

---@class json.EncodeOptions
---@field pretty? boolean one value a line, indented by two blanks
---@field sort? boolean keys in the order of their bytes; without it they come as they were set

--- Writes a value as JSON text.
---
--- An empty table is an object, `{}`, unless it is marked by `json.array`; tables
--- that came from a JSON array are. Whole numbers up to 2^53 are exact. Text is
--- UTF-8; a byte that is not becomes `\u00XX`, so that Latin-1 text survives and
--- other bytes do not read back as they were.
---
--- What JSON cannot say is an error that names the place: infinity and nan,
--- functions and other values, arrays with holes, mixed keys, and tables that
--- contain themselves or are nested deeper than 1000.
---
--- ```lua
--- assert(json.encode({b = 1, a = {true, json.null}}, {sort = true}) == '{"a":[true,null],"b":1}')
--- local ok, err = pcall(json.encode, {a = {print}})
--- assert(not ok and err:find("value.a[1] is a function", 1, true))
--- ```
---@param value any
---@param options? json.EncodeOptions
---@return string
function json.encode(value, options) end

--- Reads JSON text.
---
--- Numbers are Lua's: integers beyond 2^53 lose digits. Of a key that repeats, the
--- last value counts. An error gives line and column.
---
--- ```lua
--- local ok, err = pcall(json.decode, '{\n  "a": 1\n  "b": 2\n}')
--- assert(err:find("line 3, column 3: expected ',' or '}'", 1, true))
--- ```
---@param text string
---@return any
function json.decode(text) end

--- Marks a table as an array, so that it is written as `[]` even when it is empty.
--- It does so with a metatable.
---
--- ```lua
--- assert(json.encode({list = json.array()}) == '{"list":[]}')
--- ```
---@param t? table default a new one
---@return table # the same table
function json.array(t) end

--- Text in UTF-8, as in Lua 5.3. Positions are in bytes.
---
--- ```lua
--- local text = "aé中"
--- assert(#text == 6 and utf8.len(text) == 3)
--- for position, code in utf8.codes(text) do print(position, code) end
--- ```
utf8 = {}

--- A pattern that matches one character of valid text.
---
--- ```lua
--- local n = 0
--- for c in ("aé中"):gmatch(utf8.charpattern) do n = n + 1 end
--- assert(n == 3)
--- ```
---@type string
utf8.charpattern = "[\0-\127\194-\244][\128-\191]*"

--- The text of the characters with these codes.
---@param ... integer
---@return string
function utf8.char(...) end

--- Iterates over the characters: position and code of each. Invalid text is an error.
---@param text string
---@return fun(text: string, position: integer): integer, integer
---@return string
---@return integer
function utf8.codes(text) end

--- The codes of the characters that start from byte i to byte j.
---
--- ```lua
--- assert(utf8.codepoint("é") == 233)
--- ```
---@param text string
---@param i? integer default 1; from the end if negative
---@param j? integer default `i`
---@return integer ...
function utf8.codepoint(text, i, j) end

--- The number of characters that start from byte i to byte j.
---@param text string
---@param i? integer default 1
---@param j? integer default -1
---@return integer|nil count nil if the text is not valid
---@return integer|nil position of the first invalid byte
function utf8.len(text, i, j) end

--- The byte where the n-th character counted from byte i starts.
---@param text string
---@param n integer negative: before `i`; 0: the character that byte `i` is part of
---@param i? integer default 1, or behind the end if `n` is not positive
---@return integer|nil position nil if there is no such character
function utf8.offset(text, n, i) end

--- Operations on 32-bit integers, as LuaJIT has them. Results are signed;
--- arguments are taken modulo 2^32. Shifts use the lower five bits of the count.
---
--- ```lua
--- assert(bit.band(0xff0f, 0x0ff0) == 0x0f00)
--- assert(bit.tohex(bit.bnot(0)) == "ffffffff")
--- ```
bit = {}

--- The number as a signed 32-bit integer.
---@param x number
---@return integer
function bit.tobit(x) end

--- The number in hexadecimal.
---
--- ```lua
--- assert(bit.tohex(255, 4) == "00ff" and bit.tohex(255, -2) == "FF")
--- ```
---@param x number
---@param digits? integer default 8; negative for upper case
---@return string
function bit.tohex(x, digits) end

--- Inverts every bit.
---@param x number
---@return integer
function bit.bnot(x) end

--- The bits that all arguments have.
---@param x number
---@param ... number
---@return integer
function bit.band(x, ...) end

--- The bits that any argument has.
---@param x number
---@param ... number
---@return integer
function bit.bor(x, ...) end

--- The bits that an odd number of arguments has.
---@param x number
---@param ... number
---@return integer
function bit.bxor(x, ...) end

--- Shifts left.
---@param x number
---@param n integer
---@return integer
function bit.lshift(x, n) end

--- Shifts right and fills with zeros.
---@param x number
---@param n integer
---@return integer
function bit.rshift(x, n) end

--- Shifts right and fills with the sign.
---@param x number
---@param n integer
---@return integer
function bit.arshift(x, n) end

--- Rotates left.
---@param x number
---@param n integer
---@return integer
function bit.rol(x, n) end

--- Rotates right.
---@param x number
---@param n integer
---@return integer
function bit.ror(x, n) end

--- Swaps the order of the four bytes.
---@param x number
---@return integer
function bit.bswap(x) end

--- Compiles Lua source. Nothing runs yet: the result is a function.
---
--- ```lua
--- local env = {n = 1}
--- assert(load("n = n + 1; return n", "=example", "t", env)() == 2)
--- ```
---@param chunk string|function the source, or a function that returns it piece by piece
---@param name? string for messages; after `=` or `@` as it is
---@param mode? string must contain "t": source is text
---@param env? table the globals of the chunk
---@return function|nil
---@return string|nil message what is wrong with the source
function load(chunk, name, mode, env) end

--- The length of a table or string, whatever its metatable says.
---@param v table|string
---@return integer
function rawlen(v) end

--- Lua's own, with some of what later versions have: `pack`, `unpack` and `move`.
table = {}

--- A table of the arguments, and their number as `n`.
---
--- ```lua
--- local t = table.pack(1, nil, 3)
--- assert(t.n == 3 and t[3] == 3)
--- ```
---@param ... any
---@return table
function table.pack(...) end

--- The elements of a list as results.
---@param list table
---@param i? integer default 1
---@param j? integer default `#list`
---@return any ...
function table.unpack(list, i, j) end

--- Copies elements: `a1[f]` to `a1[e]` go to `a2[t]` and what follows it.
---
--- ```lua
--- assert(table.concat(table.move({1, 2, 3}, 2, 3, 1), ",") == "2,3,3")
--- ```
---@param a1 table
---@param f integer
---@param e integer
---@param t integer
---@param a2? table default `a1`
---@return table # `a2`
function table.move(a1, f, e, t, a2) end

--- Lua's own. Numbers are floating point: whole ones are exact up to 2^53.
math = {}

--- The largest number below which every integer is exact: 2^53.
---@type integer
math.maxinteger = 9007199254740992

--- The smallest number above which every integer is exact: -2^53.
---@type integer
math.mininteger = -9007199254740992

--- The number if it is a whole one, exact; else nil.
---@param x any
---@return integer|nil
function math.tointeger(x) end

--- Says "integer" of an exact whole number, "float" of another, nil of what is no number.
---@param x any
---@return string|nil
function math.type(x) end
