package ship

import (
	"fmt"
	"strings"
	"testing"
)

// A closure as scripts hand them to other processes: settings, helpers, an argument.
const typical = `
local cfg = { name = "web", ports = {80, 443, 8080}, env = { PATH = "/bin", HOME = "/root" }, retries = 3 }
local function log(fmt, ...) return string.format("[%s] " .. fmt, cfg.name, ...) end
local function check(p) if p < 1 or p > 65535 then error("bad port " .. p) end return p end
return function(a)
  local out = {}
  for i, p in ipairs(cfg.ports) do out[#out + 1] = check(p) + a.base end
  return { ports = out, msg = log("%d ports", #out) }
end, { base = 1000 }`

const rows = `
local t = {}
for i = 1, 10000 do t[i] = { id = i, name = "item" .. i } end
return t`

func benchmarkTravel(b *testing.B, code string) {
	from, to := newSide(b), newSide(b)
	vals := from.eval(code)
	msg, _, err := from.Encode(nil, vals...)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := from.Encode(nil, vals...); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(msg)), "bytes")
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := to.Decode(msg, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkClosure(b *testing.B) { benchmarkTravel(b, typical) }

func BenchmarkRows(b *testing.B) { benchmarkTravel(b, rows) }

func BenchmarkChunk(b *testing.B) {
	var src strings.Builder
	for i := range 160 {
		fmt.Fprintf(&src, "function f%d(a, b)\n  local t = {}\n  for i = 1, a do t[i] = b .. i end\n  if #t > 3 then return nil, 'too many' end\n  return #t\nend\n", i)
	}
	from := newSide(b)
	f, err := from.L.LoadString(src.String())
	if err != nil {
		b.Fatal(err)
	}
	code := EncodeProto(f.Proto)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeProto(code); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(src.Len()), "source-bytes")
	b.ReportMetric(float64(len(code)), "bytes")
}
