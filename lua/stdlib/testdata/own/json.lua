local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not tostring(err):find(want, 1, true) then error("want " .. want .. ", got " .. tostring(err), 2) end
end

local function encodes(want, v, options)
  local got = json.encode(v, options)
  if got ~= want then error("want " .. want .. ", got " .. got, 2) end
end

-- values
encodes("null", nil)
encodes("null", json.null)
encodes("true", true)
encodes("1", 1)
encodes("-0.5", -0.5)
encodes("9007199254740992", 2^53)
encodes("1e+300", 1e300)
encodes("0.1", 0.1)
encodes('"x"', "x")
encodes("{}", {})
encodes("[]", json.array{})
encodes("[]", json.array())
encodes("[1,2,3]", {1, 2, 3})
encodes('[1,null,3]', {1, json.null, 3})
encodes('{"a":{"b":[{}]}}', {a = {b = {{}}}})
encodes('{"a":1,"b":2,"c":3}', {c = 3, a = 1, b = 2}, {sort = true})

-- keys keep the order in which they were set
local t = {}
for i, k in ipairs{"z", "y", "x"} do t[k] = i end
encodes('{"z":1,"y":2,"x":3}', t)

-- layout
encodes('{\n  "a": [\n    1,\n    2\n  ],\n  "b": {},\n  "c": []\n}', {a = {1, 2}, b = {}, c = json.array()}, {pretty = true, sort = true})

-- text
encodes([["\"\\/\b\f\n\r\t\u0000\u001f\u007f"]], "\"\\/\b\f\n\r\t\0\31\127")
encodes('"aé中😀"', "aé中😀")
encodes([["a\u00ffb\u00c3"]], "a\255b\195")

-- errors say where
fails("json.encode: value is a function", json.encode, print)
fails("json.encode: value.a.b[2] is a function", json.encode, {a = {b = {1, print}}})
fails("json.encode: value.x is inf", json.encode, {x = 1/0})
fails("is nan", json.encode, 0/0)
fails("json.encode: value[2] has both the key 'k' and elements of an array", json.encode, {1, {1, k = 2}})
fails("value is an array with holes", json.encode, {1, nil, 3})
fails("value has the key 1.5", json.encode, {[1.5] = 1})
fails("value has the key -1", json.encode, {[-1] = 1})
fails("value has a key that is a boolean", json.encode, {[true] = 1})
fails("is marked as an array and has the key 'x'", json.encode, json.array{x = 1})
fails("unknown option 'prety'", json.encode, {}, {prety = true})
local loop = {}
loop.again = {loop}
fails("json.encode: value.again[1] contains itself", json.encode, loop)
local deep = {}
for _ = 1, 2000 do deep = {deep} end
fails("nested deeper than 1000", json.encode, deep)
local shared = {1}
encodes("[[1],[1]]", {shared, shared})
fails("bad argument #1 to 'array' (table expected, got number)", json.array, 1)
fails("the table has a metatable", json.array, setmetatable({}, {}))

-- decode
local v = json.decode(' { "a" : [ 1 , -2.5e3 , true , false , null , "x" ] , "b" : { } , "c" : [ ] } ')
assert(v.a[1] == 1 and v.a[2] == -2500 and v.a[3] == true and v.a[4] == false and v.a[5] == json.null and v.a[6] == "x")
assert(#v.a == 6 and next(v.b) == nil and #v.c == 0 and tostring(json.null) == "null")
assert(json.encode(v) == '{"a":[1,-2500,true,false,null,"x"],"b":{},"c":[]}', json.encode(v))
assert(json.decode("12") == 12 and json.decode("null") == json.null and json.decode('""') == "" and json.decode("0") == 0)
assert(json.decode("9007199254740992") == 2^53 and json.decode("123456789012345678901234567890") == 123456789012345678901234567890)
assert(json.decode([["\"\\\/\b\f\n\r\t\u0041\u00e9\u4e2d\ud83d\ude00"]]) == "\"\\/\b\f\n\r\tAé中😀")
assert(json.decode([["\ud83d"]]) == "\239\191\189" and json.decode([["\ud83dx"]]) == "\239\191\189x")
assert(json.decode([["\ud83d\u0041"]]) == "\239\191\189A" and json.decode([["\u0000"]]) == "\0")
assert(json.decode('{"a":1,"a":2}').a == 2)

for text, want in pairs{
  [""] = "line 1, column 1: expected a value, got end of text",
  ["{"] = "line 1, column 2: expected a key in double quotes, got end of text",
  ["[1,]"] = "line 1, column 4: expected a value, got ']'",
  ["[1 2]"] = "line 1, column 4: expected ',' or ']', got '2'",
  ['{\n  "a": 1,\n  "b" 2}'] = "line 3, column 7: expected ':', got '2'",
  ['{"a": 1\n"b": 2}'] = "line 2, column 1: expected ',' or '}', got '\"'",
  ['{a: 1}'] = "line 1, column 2: expected a key in double quotes, got 'a'",
  ['{"a":1,}'] = "line 1, column 8: expected a key in double quotes, got '}'",
  ['"abc'] = "line 1, column 5: string without end",
  ['"a\\'] = "string without end",
  ['"a\nb"'] = "line 1, column 3: control character in a string",
  ['"\\x"'] = "line 1, column 3: unknown escape 'x'",
  ['"\\u12"'] = "four hexadecimal digits",
  ["01"] = "line 1, column 2: unexpected '1' after the value",
  ["-"] = "expected a digit, got end of text",
  ["1."] = "expected a digit",
  ["1e"] = "expected a digit",
  ["+1"] = "expected a value, got '+'",
  ["nul"] = "expected a value, got 'n'",
  ["NaN"] = "expected a value, got 'N'",
  ["1e999"] = "number 1e999 is out of range",
  ["[] []"] = "line 1, column 4: unexpected '[' after the value",
  ['["é", x]'] = "line 1, column 7: expected a value, got 'x'",
  ["\255"] = "expected a value, got byte 0xff",
} do fails(want, json.decode, text) end
fails("nested deeper than 1000", json.decode, ("["):rep(100000))
fails("bad argument #1 to 'decode' (string expected, got nil)", json.decode, nil)

-- a document of some size goes there and back
local records = {}
for i = 1, 2000 do records[i] = {id = i, name = "name " .. i, tags = {"a", "b"}, ratio = i / 3, none = json.null} end
local text = json.encode(records, {sort = true})
assert(json.encode(json.decode(text), {sort = true}) == text)
local long = ("x"):rep(1e6)
assert(json.decode(json.encode{long})[1] == long)
