package sheet

// The limits of what is read. Each is far above any list a project keeps and far
// below what would trouble the machine; a file beyond one is refused by name.
const (
	// MaxUpload is the size of a file, in bytes.
	MaxUpload = 25 << 20
	// MaxEntries is the number of parts in an XLSX file.
	MaxEntries = 2000
	// MaxUnpacked is the size of all parts together when inflated, in bytes,
	// counted while reading because the sizes a file states may lie.
	MaxUnpacked = 200 << 20
	// MaxRatio is how many times its packed size a part may grow to.
	MaxRatio = 200
	// RatioJudgedAbove is the inflated size, in bytes, below which MaxRatio is
	// not judged: honest style parts of a few hundred kilobytes exceed it.
	RatioJudgedAbove = 1 << 20
	// MaxColumns is the number of columns of a line, in both formats.
	MaxColumns = 256
	// MaxRows is the last row number of a worksheet, the same as Excel's own.
	MaxRows = 1_048_576
	// MaxCells is the number of cells in an XLSX file, empty ones included.
	MaxCells = 5_000_000
	// MaxSharedStrings is the memory taken by the shared strings of an XLSX file,
	// in bytes, each string counted as its length plus SharedStringCost.
	MaxSharedStrings = 64 << 20
	// SharedStringCost is what a shared string costs besides its text, in bytes,
	// with the room its list grows into.
	SharedStringCost = 32
	// MaxCellText is the text of one XLSX cell, in bytes: Excel's own limit of
	// 32,767 characters at four bytes each.
	MaxCellText = 32767 * 4
	// MaxDepth is how deep elements may lie in each other in an XML part.
	MaxDepth = 64
	// MaxTag is the length of one tag or comment in an XML part, in bytes.
	MaxTag = 1 << 20
	// MaxAttributes is the number of attributes of one element.
	MaxAttributes = 256
	// MaxPrefixes is the number of namespace prefixes in force at one time.
	MaxPrefixes = 256
	// MaxStyles is the number of cell styles, the same as Excel's own.
	MaxStyles = 65_490
	// MaxField is the length of one CSV field, in bytes of UTF-8.
	MaxField = 64 << 10
	// MaxRecord is the length of one CSV record, in bytes of UTF-8.
	MaxRecord = 1 << 20
)
