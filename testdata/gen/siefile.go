package main

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"sort"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// chart is the chart of accounts.
var chart = map[int]string{1510: "Kundfordringar", 1930: "Företagskonto", 2083: "Medlemsinsatser", 2091: "Balanserat resultat", 2099: "Årets resultat",
	2440: "Leverantörsskulder", 2611: "Utgående moms 25 %", 2641: "Debiterad ingående moms", 2650: "Redovisningskonto för moms", 2710: "Personalskatt",
	2731: "Avräkning sociala avgifter", 2820: "Skulder till anställda", 3010: "Medlemsavgifter", 3041: "Kurs- och deltagaravgifter", 3986: "Erhållna EU-bidrag",
	3987: "Erhållna kommunala bidrag", 4010: "Förtäring", 4600: "Köpta kurser", 5010: "Lokalhyra", 5012: "Hyra av kurslokaler", 5410: "Förbrukningsinventarier",
	5460: "Förbrukningsmaterial", 5615: "Drivmedel", 5810: "Biljetter", 5831: "Kost och logi", 5910: "Annonsering", 5930: "Reklamtrycksaker", 6212: "Mobiltelefon",
	6310: "Företagsförsäkringar", 6530: "Redovisningstjänster", 6540: "IT-tjänster", 6550: "Konsultarvoden", 6570: "Bankkostnader", 7010: "Löner",
	7510: "Lagstadgade sociala avgifter", 8999: "Årets resultat"}

// sieFiles writes the books, a file a year, as an accounting program exports them.
// The one of 2019 has a checksum.
func (w *world) sieFiles() []*file {
	w.makeBooks()
	opening := openingBalance
	var out []*file
	for year := 2018; year <= 2020; year++ {
		vouchers := w.vouchersOf(year)
		f := &file{name: fmt.Sprintf("bokforing-%d.se", year), kind: "sie"}
		closing := map[int]int{}
		for account, ore := range opening {
			closing[account] = ore
		}
		for _, v := range vouchers {
			if v.concerns() {
				f.rows, f.fresh = f.rows+1, f.fresh+1
			}
			for _, r := range v.rows {
				closing[r.account] += r.ore
			}
		}
		// A payment of what an earlier file owed says when that was paid.
		f.changed = w.paidFrom(vouchers, year)
		f.rows += f.changed
		f.data = sieYear(year, vouchers, opening, closing)
		out = append(out, f)
		opening = map[int]int{}
		for account, ore := range closing {
			if account < 3000 {
				opening[account] = ore
			}
		}
	}
	return out
}

// paidFrom counts the project's invoices of earlier years that a year pays.
func (w *world) paidFrom(vouchers []*voucher, year int) int {
	n := 0
	for _, v := range vouchers {
		for _, r := range v.rows {
			if r.account != 2440 || r.ore < 0 {
				continue
			}
			for _, owed := range w.vouchers {
				if owed.series == "L" && owed.date.Year() < year && owed.concerns() && owed.rows[len(owed.rows)-1].invoice == r.invoice {
					n++
				}
			}
		}
	}
	return n
}

// sieYear writes a year: what the file is, the chart, balances, vouchers.
func sieYear(year int, vouchers []*voucher, opening, closing map[int]int) []byte {
	s := &sieWriter{}
	made := on(year+1, 2, 11)
	if year == 2020 {
		made = on(2020, 4, 7)
	}
	s.record("#FLAGGA", "0")
	if year == 2019 {
		s.record("#KSUMMA")
		s.sum = new(uint32)
	}
	s.record("#PROGRAM", said("Påhittad bokföring"), "3.2")
	s.record("#FORMAT", "PC8")
	s.record("#GEN", sieDay(made))
	s.record("#SIETYP", "4")
	s.record("#ORGNR", "559999-9009")
	s.record("#FNAMN", said("Creative Cluster ekonomisk förening"))
	s.record("#RAR", "0", sieDay(on(year, 1, 1)), sieDay(on(year, 12, 31)))
	s.record("#RAR", "-1", sieDay(on(year-1, 1, 1)), sieDay(on(year-1, 12, 31)))
	s.record("#KPTYP", "EUBAS97")
	accounts := make([]int, 0, len(chart))
	for account := range chart {
		accounts = append(accounts, account)
	}
	sort.Ints(accounts)
	for _, account := range accounts {
		s.record("#KONTO", fmt.Sprint(account), said(chart[account]))
	}
	s.record("#DIM", "6", said("Projekt"))
	s.record("#OBJEKT", "6", said("DC"), said("DigiCreate"))
	s.record("#OBJEKT", "6", said("KP"), said("Kompetenspasset"))
	for _, of := range []supplier{landlord, telephone, accountant, hall, trainer, agency, evaluator, shop, webmaker} {
		s.record("#OBJEKT", "9", said(of.code), said(of.name))
	}
	for _, b := range []struct {
		label    string
		of       map[int]int
		from, to int
	}{{"#IB", opening, 1000, 2999}, {"#UB", closing, 1000, 2999}, {"#RES", closing, 3000, 8999}} {
		for _, account := range accounts {
			if ore := b.of[account]; ore != 0 && b.from <= account && account <= b.to {
				s.record(b.label, "0", fmt.Sprint(account), sek(ore))
			}
		}
	}
	for _, v := range vouchers {
		s.voucher(v)
	}
	if s.sum != nil {
		sum := *s.sum
		s.sum = nil
		s.record("#KSUMMA", fmt.Sprint(sum))
	}
	return s.b.Bytes()
}

// voucher writes a voucher with its rows.
func (s *sieWriter) voucher(v *voucher) {
	s.record("#VER", said(v.series), fmt.Sprint(v.number), sieDay(v.date), said(v.text), sieDay(v.date.AddDate(0, 0, 2)))
	s.line("{")
	for _, r := range v.rows {
		var objects []string
		if r.project != "" {
			objects = append(objects, "6", said(r.project))
		}
		if r.invoice != "" {
			objects = append(objects, "9", said(r.supplier), "10", said(r.invoice))
		}
		fields := []string{fmt.Sprint(r.account), "{" + strings.Join(objects, " ") + "}", sek(r.ore)}
		if r.text != "" {
			fields = append(fields, said(""), said(r.text))
		}
		s.record("   #TRANS", fields...)
	}
	s.line("}")
}

// sieWriter writes records in the letters of PC8, and sums those between the two
// records of a checksum.
type sieWriter struct {
	b   bytes.Buffer
	sum *uint32
}

// said puts a text in quotation marks. No text here has one within.
func said(s string) string { return `"` + s + `"` }

// record writes one line: fields are as they stand in the file.
func (s *sieWriter) record(label string, fields ...string) {
	s.line(strings.Join(append([]string{label}, fields...), " "))
}

// line writes a line. The checksum is of what is left without quotation marks,
// braces and what separates fields; blanks within a text count.
func (s *sieWriter) line(text string) {
	out, err := charmap.CodePage437.NewEncoder().String(text)
	if err != nil {
		panic(err) // a letter outside the code page: a fault of ours
	}
	s.b.WriteString(out + "\r\n")
	if s.sum == nil {
		return
	}
	quoted := false
	for i := range len(out) {
		switch c := out[i]; {
		case c == '"':
			quoted = !quoted
		case c == '{' || c == '}' || c == ' ' && !quoted:
		default:
			*s.sum = crc32.Update(*s.sum, crc32.IEEETable, []byte{c})
		}
	}
}

// sieDay writes a day as SIE does.
func sieDay(d day) string { return d.Format("20060102") }

// sek writes an amount with two decimals.
func sek(ore int) string {
	sign := ""
	if ore < 0 {
		sign, ore = "-", -ore
	}
	return fmt.Sprintf("%s%d.%02d", sign, ore/100, ore%100)
}
