package nft

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// nowhere is a world with one link and no sets.
type nowhere struct{}

func (nowhere) Set(Family, string, string) *Set { return nil }

func (nowhere) Index(link string) (int, error) {
	if link == "lo" {
		return 1, nil
	}
	return 0, unix.ENODEV
}

// Mistakes are told with the place and what was expected there.
func TestSyntaxErrors(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"tabel inet t", `line 1, column 1: a command expected`},
		{"table inet", `line 1, column 11: the name of a table expected, got the end`},
		{"table inet t {\n  chian c { }\n}", `line 2, column 3: chain, set, map, counter, quota, flags, comment or "}" expected, got "chian"`},
		{"table inet t { chain c {", `line 1, column 25: a rule or "}" expected, got the end`},
		{"table inet t { chain c { type filter hook inptu priority 0 } }", `column 43: a hook of the family inet expected, got "inptu"`},
		{"table inet t { chain c { type filter hook input priority hgih } }", `column 58: a priority expected`},
		{"add rule t c ip saddr 10.0.0.256", `column 23: an IPv4 address expected, got "10.0.0.256"`},
		{"add rule t c tcp dport 80 acept", `column 27: a match such as tcp dport, or a statement such as accept expected, got "acept"`},
		{"add rule t c tcp dport 70000", `column 24: 70000 is more than 65535, the largest inet_service`},
		{"add rule t c tcp dport { 80, }", ``},
		{"add rule t c tcp dport { 80 443 }", `column 29: "," or "}" expected, got "443"`},
		{"add rule t c tcp dport { }", `column 24: a set in a rule has at least one element`},
		{"add rule t c tcp dport 90-80", `column 24: a range goes from the lower to the higher value`},
		{"add rule t c ct state estblished", `column 23: a value of type ct_state expected, got "estblished": a number or one of invalid, established`},
		{"add rule t c limit rate 5", `column 25: a rate per second, minute, hour, day or week expected`},
		{"add rule t c log prefix \"abc", `column 25: the quote is not closed`},
		{"add rule t c iif eth9 accept", `column 18: no such device`},
		{"add rule t c iifname averyverylongname", `column 22: "averyverylongname" has more than 15 characters`},
		{"add rule t c ip saddr $lan accept", `column 23: $lan is not defined`},
		{"add rule t c ip6 saddr ::1", `column 14: ip6 cannot match here: the rule is about ip already`},
		{"add rule t c dnat to fd00::1", `column 22: an address of the family ip expected`},
		{"add element t s { 1 }", `column 15: there is no set or map "s" in table ip t`},
		{"add rule t c reject with icmp nowhere", `column 31: a value of type icmp_code expected`},
		{"add rule t c vmap", `column 14: a match`},
		{"add set t s { elements = { 1 }; }", `column 13: a set needs a type`},
		{"add set t s { type ipv4_adr; }", `column 20: a type such as ipv4_addr or inet_service expected, got "ipv4_adr"`},
		{"delete rule t c", `"handle" expected, got the end`},
		{"add rule t c accept }", `column 21: the end of the command expected`},
		{"add rule t c \x01", `column 14: unexpected character '\x01'`},
	} {
		err := new(Batch).Parse(test.text, nowhere{})
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: %v", test.text, err)
			}
			continue
		}
		var s *SyntaxError
		if !errors.As(err, &s) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s:\n got %v\nwant %s", test.text, err, test.want)
		}
	}
}

// ruleTexts are the rules of a batch as text again.
func ruleTexts(b *Batch) []string {
	rs := &Ruleset{}
	for _, m := range b.messages {
		r := reply{m.typ, m.family, m.body}
		switch m.typ {
		case unix.NFT_MSG_NEWSET:
			rs.Sets = append(rs.Sets, setOf(r))
		case unix.NFT_MSG_NEWSETELEM:
			s := &rs.Sets[len(rs.Sets)-1]
			var raw []flagged
			for _, e := range each(find(m.body, unix.NFTA_SET_ELEM_LIST_ELEMENTS)) {
				raw = append(raw, elementOf(e))
			}
			s.join(raw)
		}
	}
	var out []string
	for _, m := range b.messages {
		if m.typ == unix.NFT_MSG_NEWRULE {
			r := ruleOf(reply{m.typ, m.family, m.body})
			out = append(out, rs.RuleText(&r))
			if n := len(rs.Sets); n > 0 && strings.HasPrefix(rs.Sets[0].Name, "__") {
				rs.Sets = rs.Sets[1:]
			}
		}
	}
	return out
}

// What a rule is listed as.
func TestRuleText(t *testing.T) {
	for _, test := range []struct{ family, rule, want string }{
		{"inet", "tcp dport 80 accept", ""},
		{"inet", "tcp dport http accept", "tcp dport 80 accept"},
		{"inet", "meta l4proto tcp tcp dport 80 accept", "tcp dport 80 accept"},
		{"inet", "meta l4proto tcp counter tcp dport 80", "meta l4proto tcp counter packets 0 bytes 0 tcp dport 80"},
		{"inet", "ip saddr 10.0.0.0/8 masquerade", ""},
		{"inet", "ip saddr 10.1.2.3/12 accept", "ip saddr 10.0.0.0/12 accept"},
		{"inet", "iifname \"veth0\" ct state established,related accept", ""},
		{"inet", "ct state (established|related) accept", "ct state established,related accept"},
		{"inet", "tcp flags syn / syn,ack accept", "tcp flags & (syn|ack) == syn accept"},
		{"inet", "tcp dport { 443, 80 } accept", "tcp dport { 80, 443 } accept"},
		{"inet", "tcp dport 22:accept", "error"},
		{"inet", "tcp dport vmap {22:accept, 80:drop}", "tcp dport vmap { 22 : accept, 80 : drop }"},
		{"inet", "tcp dport 80 dnat to [fd00::2]:8080", "tcp dport 80 dnat ip6 to [fd00::2]:8080"},
		{"ip", "tcp dport 80 dnat to 10.0.0.2:80-90", ""},
		{"ip", "icmp type echo-request accept", ""},
		{"ip", "ip ttl < 5 drop", ""},
		{"ip", "ip dscp set ef", ""},
		{"ip", "ip length 100-200 drop", ""},
		{"ip", "snat to 10.0.0.1-10.0.0.9 random,persistent", ""},
		{"ip", "redirect to :80", "error"},
		{"bridge", "ether daddr 00:11:22:33:44:55 drop", ""},
		{"bridge", "vlan id 5 ip saddr 10.0.0.1 drop", ""},
		{"netdev", "ip daddr 10.0.0.1 tcp dport 80 fwd to \"lo\"", "ip daddr 10.0.0.1 tcp dport 80 fwd to \"1\""},
		{"inet", "meta mark & 0xff == 0x1 accept", ""},
		{"ip", "ip saddr & 255.0.0.255 == 10.0.0.1 accept", ""},
		{"ip", "ct expiration 30s accept", ""},
		{"inet", "meta mark set meta mark | 0x10", "meta mark set meta mark | 0x00000010"},
		{"inet", "ip saddr . tcp dport { 10.0.0.1 . 80 } accept", ""},
		{"inet", "limit rate over 1 mbytes/second burst 2 kbytes drop", ""},
		{"inet", "log prefix \"in: \" level debug flags tcp sequence,options", ""},
		{"inet", "tcp dport 22 counter packets 3 bytes 4 accept comment \"ssh\"", ""},
	} {
		b := new(Batch)
		text := "add rule " + test.family + " t c " + test.rule
		err := b.Parse(text, nowhere{})
		if test.want == "error" {
			if err == nil {
				t.Errorf("%s: no error", text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want := test.want
		if want == "" {
			want = test.rule
		}
		if got := ruleTexts(b); len(got) != 1 || got[0] != want {
			t.Errorf("%s:\n got %q\nwant %q", text, got, want)
		}
	}
}

// Whatever the text, the parser ends with commands or with a place and an
// expectation; and a rule it takes is listed as a text that means the same.
func FuzzParse(f *testing.F) {
	text, err := os.ReadFile("testdata/tool.lua")
	if err != nil {
		f.Fatal(err)
	}
	_, text2, _ := strings.Cut(string(text), "[[")
	text2, _, _ = strings.Cut(text2, "]]")
	f.Add(text2)
	for line := range strings.Lines(text2) {
		f.Add("add rule inet t c " + strings.TrimSpace(line))
	}
	f.Add("add rule inet t c iif & lo == 1")
	f.Add("define a = { 1, 2 }\ndefine b = $a $a\nadd rule inet t c tcp dport $b")
	f.Fuzz(func(t *testing.T, text string) {
		b := new(Batch)
		if err := b.Parse(text, nowhere{}); err != nil {
			var s *SyntaxError
			if !errors.As(err, &s) || s.Line < 1 || s.Column < 1 || s.Text == "" {
				t.Fatalf("%q: an error without a place: %v", text, err)
			}
			return
		}
		ruleTexts(b)
	})
}

// Whatever bytes the kernel would send, reading them ends.
func FuzzRead(f *testing.F) {
	b := new(Batch)
	if err := b.Parse("table inet t { chain c { tcp dport { 80, 90-100 } counter dnat ip to 10.0.0.1:80; ip saddr 10.0.0.0/8 drop; } }", nowhere{}); err != nil {
		f.Fatal(err)
	}
	for _, m := range b.messages {
		f.Add(m.typ, []byte(m.body))
	}
	f.Fuzz(func(t *testing.T, typ uint16, body []byte) {
		for _, family := range []Family{Inet, Bridge} {
			r := reply{typ, family, body}
			rs := &Ruleset{Tables: []Table{tableOf(r)}, Chains: []Chain{chainOf(r)}, Rules: []Rule{ruleOf(r)}, Sets: []Set{setOf(r)}, Objects: []Object{objectOf(r)}}
			var raw []flagged
			for _, e := range each(find(body, unix.NFTA_SET_ELEM_LIST_ELEMENTS)) {
				raw = append(raw, elementOf(e))
			}
			rs.Sets[0].join(raw)
			name := rs.Rules[0].Table
			rs.Tables[0].Name, rs.Chains[0].Table, rs.Sets[0].Table, rs.Objects[0].Table = name, name, name, name
			rs.Chains[0].Name = rs.Rules[0].Chain
			_ = rs.Text(true)
		}
	})
}
