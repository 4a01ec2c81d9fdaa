package sie

// The limits of what is read. A file of a million rows, which is the books of a
// large municipality for a year, is far below each; a file beyond one is refused
// by name.
const (
	// MaxFile is the size of a file, in bytes.
	MaxFile = 512 << 20
	// MaxLine is the length of a line without its end, in bytes.
	MaxLine = 32 << 10
	// MaxRows is the number of sub-records of one voucher.
	MaxRows = 100_000
	// MaxVouchers is the number of vouchers in a file: the numbers of all are kept
	// in memory to find those that occur twice.
	MaxVouchers = 1_000_000
	// MaxBalances is the number of balances of all kinds in a file, which are kept.
	MaxBalances = 500_000
	// MaxNames is the number of accounts, of objects and of SRU codes in a file,
	// each.
	MaxNames = 200_000
	// MaxDimensions is the number of dimensions, and of financial years, in a file.
	// It also bounds how deep dimensions may lie under each other.
	MaxDimensions = 1000
)
