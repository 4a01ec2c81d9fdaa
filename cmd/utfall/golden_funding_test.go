package main

import (
	"os"
	"path/filepath"
	"testing"
)

// fundingFiles are a project's time reports, bookkeeping and all else its claims are
// made of.
var fundingFiles = map[string]string{
	"f.toml": "id = \"F\"\nname = \"Finansierat\"\nprogramme = \"ESF-2014-2020\"\nstart = 2018-01-01\nend = 2020-01-31\ncofinancing_share = \"0.25\"\nsimplified_cost_option = 15\nparticipant_unit_cost = \"217.00\"\n" +
		"[[budget]]\nline = \"staff\"\namount = \"900000.00\"\n[[unit_cost]]\nfunction = \"project manager\"\nsek_per_hour = \"592.00\"\n[[unit_cost]]\nfunction = \"project manager\"\nsek_per_hour = \"601.50\"\nfrom = 2019-02-01\n",
	"accounts.csv":      "Från konto;Till konto;Rad\n5800;5899;Resor och logi\n6500;6599;Indirekta kostnader\n",
	"rates.csv":         "Datum;Valuta;SEK\n2019-01-01;EUR;10,4523\n",
	"staff.csv":         "Datum;Person;Funktion;Projekt;Timmar;Aktivitet\n2019-01-14;Ada Exempel;project manager;F;8;planering\n2019-02-11;Ada Exempel;project manager;F;7,5;möten\n",
	"list.csv":          "Datum;Aktivitet;Projekt;Namn;E-post;Närvarande;Timmar;Intygad\n2019-01-21;Grundkurs;F;Bo Exempel;bo@example.org;ja;3;lärare\n",
	"contributions.csv": "Datum;Projekt;Form;Offentlig;Rad;Belopp;Organisationsnummer;Underlag\n2019-01-25;F;natura;ja;Resor och logi;1 500,00;559999-1014;Avtal\n2019-01-26;F;kontant;nej;;800,00;559999-1030;Brev\n",
	"links.csv":         "Organisationsnummer;Ingår i;Datum\n559999-1014;559999-1055;2018-01-01\n",
	"books.se": "#FLAGGA 0\n#PROGRAM \"Bok\" 1.0\n#FORMAT PC8\n#GEN 20190401\n#SIETYP 4\n#FNAMN \"Creative Cluster\"\n#RAR 0 20190101 20191231\n#KONTO 1930 \"Bank\"\n#KONTO 2440 \"Skulder\"\n#KONTO 5800 \"Resor\"\n#DIM 6 \"Projekt\"\n#OBJEKT 6 \"F\" \"Finansierat\"\n" +
		"#VER A 1 20190115 \"Resa\"\n{\n#TRANS 5800 {6 \"F\"} 1250.50\n#TRANS 1930 {} -1250.50\n}\n#VER A 2 20190120 \"Hotell\"\n{\n#TRANS 5830 {6 \"F\"} 2000.00\n#TRANS 2440 {9 \"17\" 10 \"F100\"} -2000.00\n}\n",
	"aid.csv":     "Organisationsnummer;Datum;Belopp SEK;Regel;Projekt;Stödberättigande kostnad\n559999-1014;2019-02-01;12 000,00;de minimis;F;20 000,00\n",
	"receipt.pdf": "%PDF-1.4 a receipt",
	"late.csv":    "Datum;Person;Funktion;Projekt;Timmar;Aktivitet\n2019-01-14;Ada Exempel;project manager;F;7;planering\n",
}

// claimed takes in what a project costs, and submits, corrects, decides and pays its
// claims.
func claimed(t *testing.T, at func(...string) string) {
	t.Helper()
	in := t.TempDir()
	for name, text := range fundingFiles {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"f.toml", "accounts.csv", "rates.csv", "list.csv", "staff.csv", "books.se", "contributions.csv", "links.csv", "aid.csv"} {
		at("import", filepath.Join(in, name))
	}
	at("import", filepath.Join(in, "receipt.pdf"), "--kind", "evidence", "--project", "F", "--voucher", "A1")
	january, february := []string{"--project", "F", "--month", "2019-01"}, []string{"--project", "F", "--month", "2019-02"}
	at("claim", "advance", "--project", "F", "--amount", "100000.00", "--on", "2018-02-01")
	at(append([]string{"claim", "draft"}, january...)...)
	at(append([]string{"claim", "submit", "--on", "2019-02-20"}, january...)...)
	at("import", filepath.Join(in, "late.csv"), "--reason", "an hour too much")
	at(append([]string{"claim", "submit", "--on", "2019-03-20"}, february...)...)
	at(append([]string{"claim", "decide", "--on", "2019-04-01", "--approved", "100.00", "--reason", "a receipt is missing"}, january...)...)
	at(append([]string{"claim", "paid", "--on", "2019-04-10", "--amount", "100.00"}, january...)...)
}
