package vmtest

import (
	"bytes"
	"io"
	"testing"
)

func TestFrames(t *testing.T) {
	var b bytes.Buffer
	for _, f := range []struct {
		kind Kind
		data string
	}{{Ready, ""}, {Output, "text\n"}, {Exit, "\x7d"}} {
		if err := WriteFrame(&b, f.kind, []byte(f.data)); err != nil {
			t.Fatal(err)
		}
		kind, data, err := ReadFrame(&b)
		if err != nil || kind != f.kind || string(data) != f.data {
			t.Errorf("sent %d %q, got %d %q, %v", f.kind, f.data, kind, data, err)
		}
	}
	for name, text := range map[string]string{"unknown kind": "\x09\x00\x00\x00\x00", "huge": "\x02\xff\xff\xff\xff"} {
		if _, _, err := ReadFrame(bytes.NewBufferString(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, _, err := ReadFrame(bytes.NewBufferString("\x02\x00\x00\x00\x05abc")); err != io.ErrUnexpectedEOF {
		t.Errorf("cut off: %v", err)
	}
}
