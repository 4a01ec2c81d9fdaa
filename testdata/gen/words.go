package main

// The words the invented world is made of. Surnames and company names say
// plainly that they are made up.

var firstNames = []string{"Anna", "Åsa", "Björn", "Cecilia", "David", "Elin", "Emma", "Erik", "Fatima",
	"Filip", "Göran", "Hanna", "Helena", "Ida", "Ingrid", "Jasmin", "Johan", "Jonas", "Karin", "Kjell",
	"Lars", "Leila", "Lina", "Magnus", "Malin", "Maria", "Mikael", "Mona", "Nils", "Olof", "Örjan", "Per",
	"Pernilla", "Rasmus", "Sara", "Selma", "Sofia", "Stefan", "Ulla", "Viktor", "Yasin", "Ylva", "Zahra"}

var surnames = []string{"Exempelsson", "Testberg", "Provlund", "Påhittsson", "Låtsgren", "Fiktivén",
	"Mönsterqvist", "Demoström", "Skissdal", "Attrappfors", "Blindtext", "Utkastner", "Provsträng",
	"Hittepåhl", "Öppentest", "Ångprov", "Sagolind", "Mallgren", "Exempelius", "Testnäs", "Simulén",
	"Övningsson", "Kulissberg", "Försöksman"}

var companyFirst = []string{"Påhittade", "Exempel", "Låtsas", "Fiktiva", "Prov", "Testade", "Hittepå",
	"Uppdiktade", "Mönster", "Övnings", "Kuliss", "Sago"}

// trade is what a company does: the noun of its name and its SNI code.
type trade struct{ noun, sni string }

var trades = []trade{
	{"Formbyrån", "74.101"}, {"Grafiska", "74.102"}, {"Inredarna", "74.103"}, {"Fotostudion", "74.201"},
	{"Porträttfoto", "74.202"}, {"Reklambyrån", "73.111"}, {"Mediebyrån", "73.112"}, {"Arkitekterna", "71.110"},
	{"Spelmakarna", "58.210"}, {"Filmbolaget", "59.110"}, {"Ljudateljén", "59.200"}, {"Bokförlaget", "58.110"},
	{"Tidskriften", "58.140"}, {"Översättarna", "74.300"}, {"Konstnärerna", "90.030"}, {"Scenverket", "90.010"},
	{"Scentekniken", "90.020"}, {"Musikskolan", "85.521"}, {"Modehuset", "14.130"}, {"Läderverkstaden", "15.120"},
	{"Konsthandeln", "47.783"}, {"Museibutiken", "91.020"}, {"Textilstudion", "14.190"}, {"Klippverket", "59.120"},
}

// municipality is one of the eight of Sjuhärad, or a place outside; names are
// the ways people write it.
type municipality struct {
	code   string
	weight int
	names  []string
}

var municipalities = []municipality{
	{"1490", 53, []string{"Borås", "Borås Stad", "1490", "1490 Borås", "borås"}},
	{"1463", 11, []string{"Mark", "Marks kommun", "1463", "1463 Mark"}},
	{"1491", 9, []string{"Ulricehamn", "Ulricehamns kommun", "1491"}},
	{"1452", 6, []string{"Tranemo", "Tranemo kommun", "1452"}},
	{"1442", 5, []string{"Vårgårda", "Vårgårda kommun", "1442"}},
	{"1443", 5, []string{"Bollebygd", "Bollebygds kommun", "1443"}},
	{"1465", 4, []string{"Svenljunga", "Svenljunga kommun", "1465"}},
	{"1466", 3, []string{"Herrljunga", "Herrljunga kommun", "1466"}},
	{"1480", 4, []string{"1480", "1480 Göteborg"}},
}

// written gives one of the ways people write a municipality.
func written(d *dice, code string) string {
	for _, m := range municipalities {
		if m.code == code {
			return pick(d, m.names)
		}
	}
	return code
}

// placeName gives the plain name of a municipality.
func placeName(code string) string {
	for _, m := range municipalities {
		if m.code == code {
			return m.names[0]
		}
	}
	panic("no such municipality: " + code)
}

var topics = []string{"Prissättning", "Avtal och upphovsrätt", "Sälj utan att sälja", "Hållbar produktion",
	"Pressbilder och media", "Bokslut för kreatörer", "Offentlig upphandling", "Internationell export",
	"Sociala medier", "Pitcha din idé", "Nätverkets kraft", "Varumärke och känsla", "Design för alla",
	"Leda kreativa projekt", "Finansiering och stöd", "Berättande i ljud", "Cirkulär textil",
	"Arbetsmiljö i litet företag", "Foto med mobilen", "Moms och skatt"}
