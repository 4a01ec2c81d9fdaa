package sie

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The oracle reads a file in another way altogether: the text split into lines,
// each taken apart by one expression, amounts as fractions. It knows only what the
// random files below hold, and only the plain mode.
var (
	oracleField = regexp.MustCompile(`\{[^}]*\}|"(?:\\"|[^"])*"|[^\s{}"]+`)
	oraclePair  = regexp.MustCompile(`"((?:\\"|[^"])*)"|(\S+)`)
)

// oracleRow is a row as text: account, pairs, öre, text.
type oracleRow struct{ Account, Objects, Ore, Text string }

// oracle gives the rows of each voucher, or "" and the number of the line of a
// voucher that does not balance.
func oracle(text string) (out map[string][]oracleRow, unbalanced int) {
	out = map[string][]oracleRow{}
	name, line, sum := "", 0, new(big.Rat)
	for i, l := range strings.Split(text, "\n") {
		f := oracleField.FindAllString(strings.TrimSpace(l), -1)
		switch {
		case l == "}" && sum.Sign() != 0:
			return nil, line
		case len(f) == 0:
		case f[0] == "#VER":
			name, line = unquoted(f[1])+" "+unquoted(f[2]), i+1
			out[name] = nil
			sum.SetInt64(0)
		case f[0] == "#TRANS":
			amount, _ := new(big.Rat).SetString(unquoted(f[3]))
			sum.Add(sum, amount)
			row := oracleRow{Account: unquoted(f[1]), Ore: new(big.Rat).Mul(amount, big.NewRat(100, 1)).RatString()}
			for _, p := range oraclePair.FindAllString(strings.Trim(f[2], "{}"), -1) {
				row.Objects += "/" + unquoted(p)
			}
			if len(f) > 5 {
				row.Text = unquoted(f[5])
			}
			out[name] = append(out[name], row)
		}
	}
	return out, 0
}

func unquoted(s string) string {
	if strings.HasPrefix(s, `"`) {
		s = s[1 : len(s)-1]
	}
	return strings.ReplaceAll(s, `\"`, `"`)
}

// randomFile is a file of some vouchers, written in all the ways SIE allows. One in
// ten has a voucher that is an öre off.
func randomFile(random *rand.Rand) string {
	out := strings.Builder{}
	out.WriteString(head)
	pick := func(s ...string) string { return s[random.IntN(len(s))] }
	row := func(label string, ore int64) string {
		sign, n := "", ore
		if n < 0 {
			sign, n = "-", -n
		}
		amount := fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
		if n%100 == 0 && random.IntN(2) == 0 {
			amount = fmt.Sprintf("%s%d", sign, n/100)
		}
		account := pick("1910", `"6110"`, "2640", "5010")
		objects := pick("{}", "{ }", "{6 P1}", `{"1" "Nord \"x\"" 6 "P 2"}`, `{6 "P1" 7 "1" }`)
		rest := pick("", "", ` 20240301 "hyra"`, ` "" "en \"text\" med {tecken}" 1.5`, ` 20240301 ""`)
		return pick("", "   ", "\t") + label + " " + account + pick(" ", "\t ", "  ") + objects + " " + pick(amount, `"`+amount+`"`) + rest + "\n"
	}
	wrong := -1
	vouchers := random.IntN(6)
	if random.IntN(10) == 0 {
		wrong = random.IntN(vouchers + 1)
	}
	for i := range vouchers {
		fmt.Fprintf(&out, "#VER %s %d 20240215%s\n{\n", pick("A", `"A"`, "B"), i+1, pick("", ` ""`, ` "text"`))
		var sum int64
		for range random.IntN(5) {
			ore := random.Int64N(2_000_000) - 1_000_000
			sum += ore
			if line := row("#TRANS", ore); random.IntN(4) == 0 {
				out.WriteString(strings.Replace(line, "#T", "#RT", 1) + line)
			} else {
				out.WriteString(line)
			}
			out.WriteString(pick("", "", "\n", row("#BTRANS", ore), "#NYTT 1\n"))
		}
		if i == wrong {
			sum++
		}
		out.WriteString(row("#TRANS", -sum) + "}\n" + pick("", "\n", "#OKÄND x {y}\n"))
	}
	return out.String()
}

// TestAnotherReaderAgrees compares with the oracle over random files.
func TestAnotherReaderAgrees(t *testing.T) {
	seed, refusedFiles, rows := uint64(20240115), 0, 0
	for n := range 3000 {
		random := rand.New(rand.NewPCG(seed, uint64(n)))
		text := randomFile(random)
		want, unbalanced := oracle(text)
		for _, mode := range []Mode{Plain, History} {
			_, _, vouchers, err := readAll(t, "x.si", []byte(text), mode)
			if unbalanced != 0 {
				if e, ok := err.(*Error); !ok || e.Reason != "unbalanced" || e.Line != unbalanced {
					t.Fatalf("seed %d, %d: %v, want line %d unbalanced\n%s", seed, n, err, unbalanced, text)
				}
				refusedFiles++
				continue
			}
			if err != nil {
				t.Fatalf("seed %d, %d: %v\n%s", seed, n, err, text)
			}
			got := map[string][]oracleRow{}
			for _, v := range vouchers {
				got[v.Series+" "+v.Number] = nil
				for _, r := range v.Rows {
					row := oracleRow{Account: r.Account, Ore: fmt.Sprint(r.Amount.Ore()), Text: r.Text}
					for _, o := range r.Objects {
						row.Objects += fmt.Sprintf("/%d/%s", o.Dimension, o.Number)
					}
					rows++
					got[v.Series+" "+v.Number] = append(got[v.Series+" "+v.Number], row)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d, %d: %s\n%s", seed, n, diff, text)
			}
		}
	}
	if refusedFiles < 100 || rows < 10_000 {
		t.Fatalf("the files try too little: %d refused, %d rows", refusedFiles, rows)
	}
	t.Logf("%d rows agree, %d readings refused", rows, refusedFiles)
}
