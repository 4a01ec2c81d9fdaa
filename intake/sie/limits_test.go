package sie

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
)

// repeated is a file of the head and n lines more, each made from its number.
type repeated struct {
	head, piece, tail string
	n                 int
}

func (r repeated) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(r.head)
	for i := range r.n {
		b.WriteString(strings.ReplaceAll(r.piece, "%", strconv.Itoa(i+1)))
	}
	b.WriteString(r.tail)
	return b.Bytes()
}

// TestLimits reaches each limit: at it a file is read, one beyond it is refused.
func TestLimits(t *testing.T) {
	const voucher = "#VER A 1 20240115\n{\n"
	for _, c := range []struct {
		name   string
		limit  int
		reason Reason
		file   repeated
	}{
		{"rows", MaxRows, "too-many", repeated{head: head + voucher, piece: "#TRANS 1910 {} 0\n", tail: "}\n"}},
		{"struck rows", MaxRows, "too-many", repeated{head: head + voucher, piece: "#BTRANS 1910 {} 0\n", tail: "}\n"}},
		{"vouchers", MaxVouchers, "too-many", repeated{head: head, piece: "#VER \"\" \"\" 20240115\n{\n}\n"}},
		{"balances", MaxBalances, "too-many", repeated{head: head, piece: "#IB 0 1910 1\n"}},
		{"objects", MaxNames, "too-many", repeated{head: head, piece: "#OBJEKT 6 % x\n"}},
		{"accounts", MaxNames, "too-many", repeated{head: head, piece: "#KONTO % x\n"}},
		{"codes", MaxNames, "too-many", repeated{head: head, piece: "#SRU 1910 7\n"}},
		{"dimensions", MaxDimensions, "too-many", repeated{head: head, piece: "#DIM % x\n"}},
		{"years", MaxDimensions - 1, "too-many", repeated{head: head, piece: "#RAR -% 20230101 20231231\n"}},
		{"line", MaxLine - len(`#PROSA ""`), "line-too-long", repeated{head: head + "#PROSA \"", piece: "x", tail: "\"\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for beyond := range 2 {
				c.file.n = c.limit + beyond
				data := c.file.bytes()
				f, err := Open("x.si", bytes.NewReader(data), int64(len(data)))
				if err == nil {
					_, err = f.Read(t.Context(), Plain, func(*Book, *Voucher) error { return nil })
				}
				var refused *Error
				if beyond == 0 && err != nil {
					t.Errorf("at the limit: %v", err)
				}
				if beyond == 1 && (!errors.As(err, &refused) || refused.Reason != c.reason) {
					t.Errorf("beyond the limit: %v", err)
				}
			}
		})
	}
}

// endless is a file of any size that is asked for nothing.
type endless struct{}

func (endless) ReadAt([]byte, int64) (int, error) { panic("a file beyond the limit is read") }

// torn is a file that ends before its size, or breaks.
type torn struct {
	*bytes.Reader
	at  int64
	err error
}

func (r torn) ReadAt(b []byte, off int64) (int, error) {
	if off+int64(len(b)) > r.at {
		b = b[:max(0, r.at-off)]
		n, _ := r.Reader.ReadAt(b, off)
		return n, r.err
	}
	return r.Reader.ReadAt(b, off)
}

// TestWhatIsNoFaultOfTheFile checks that a reader's errors come back as they are.
func TestWhatIsNoFaultOfTheFile(t *testing.T) {
	var refused *Error
	if _, err := Open("x.si", endless{}, MaxFile+1); !errors.As(err, &refused) || refused.Reason != "too-large" {
		t.Error(err)
	}
	data := repeated{head: head, piece: "#VER A % 20240115\n{\n}\n", n: 10_000}.bytes()
	broken := errors.New("the disk broke")
	for _, c := range []struct{ given, want error }{{io.EOF, io.ErrUnexpectedEOF}, {broken, broken}} {
		for _, at := range []int64{100, int64(len(data)) - 1} {
			if _, err := Open("x.si", torn{bytes.NewReader(data), at, c.given}, int64(len(data))); !errors.Is(err, c.want) {
				t.Errorf("torn at %d: %v, want %v", at, err, c.want)
			}
		}
	}
	f, err := Open("x.si", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Read(ctx, Plain, func(*Book, *Voucher) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestAmounts reads amounts at the edges, exactly.
func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		text   string
		ore    int64
		reason Reason
	}{
		{"0", 0, ""}, {"-0.00", 0, ""}, {"1", 100, ""}, {"1.5", 150, ""}, {"-1.05", -105, ""}, {"007.10", 710, ""},
		{"0.29", 29, ""}, {"1.15", 115, ""}, {"4.35", 435, ""}, {"90071992547409.93", 9007199254740993, ""}, // where floats err
		{"92233720368547758.07", 1<<63 - 1, ""}, {"-92233720368547758.07", -1<<63 + 1, ""},
		{"92233720368547758.08", 0, "amount-too-large"}, {"922337203685477581", 0, "amount-too-large"}, {strings.Repeat("9", 400), 0, "amount-too-large"},
		{"", 0, "bad-amount"}, {"-", 0, "bad-amount"}, {"+1", 0, "bad-amount"}, {"1.", 0, "bad-amount"}, {".5", 0, "bad-amount"}, {"-.5", 0, "bad-amount"},
		{"1.234", 0, "bad-amount"}, {"1.2.3", 0, "bad-amount"}, {"1,5", 0, "bad-amount"}, {"--1", 0, "bad-amount"}, {"1-", 0, "bad-amount"},
		{"1 000", 0, "bad-amount"}, {"1e3", 0, "bad-amount"}, {"0x10", 0, "bad-amount"}, {strings.Repeat("9", 400) + "x", 0, "bad-amount"},
	} {
		if ore, reason := parseOre([]byte(c.text)); ore != c.ore || reason != c.reason {
			t.Errorf("%s: %d %s, want %d %s", c.text, ore, reason, c.ore, c.reason)
		}
	}
}
