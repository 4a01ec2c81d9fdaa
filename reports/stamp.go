package reports

import (
	"archive/zip"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"

	"utfall/domain"
)

// stampProperty is the document property of a workbook that holds its stamp
// for programs. What it says stands on the provenance sheet for people.
const stampProperty = "utfall"

// ErrNoStamp is returned for a file that is no workbook of ours.
var ErrNoStamp = errors.New("not a workbook written by utfall")

// maxStamp bounds what is read of a file that may be anything.
const maxStamp = 1 << 20

// stampJSON is the recorded form of a stamp. Field order is part of the bytes.
type stampJSON struct {
	Report     string      `json:"report"`
	Position   uint64      `json:"position"`
	RecordedOn string      `json:"recorded_on"`
	Program    string      `json:"program"`
	Checkpoint string      `json:"checkpoint"`
	PublicKey  string      `json:"public_key"`
	Parameters []Parameter `json:"parameters"`
}

func stampOf(r *Report) stampJSON {
	s := r.Stamp
	return stampJSON{r.Name, s.Position, s.RecordedOn.String(), s.Program, s.Checkpoint, s.PublicKey, s.Parameters}
}

// ReadStamp reads what a workbook says it was made of, and which report it is.
// Whether that is true is for the caller to find out. ErrNoStamp when it does
// not say.
func ReadStamp(r io.ReaderAt, size int64) (report string, s Stamp, err error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return "", s, fmt.Errorf("%w: %w", ErrNoStamp, err)
	}
	f, err := archive.Open("docProps/custom.xml")
	if err != nil {
		return "", s, fmt.Errorf("%w: %w", ErrNoStamp, err)
	}
	defer f.Close()
	var properties struct {
		Property []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:"lpwstr"`
		} `xml:"property"`
	}
	if err := xml.NewDecoder(io.LimitReader(f, maxStamp)).Decode(&properties); err != nil {
		return "", s, fmt.Errorf("%w: %w", ErrNoStamp, err)
	}
	for _, p := range properties.Property {
		if p.Name != stampProperty {
			continue
		}
		var in stampJSON
		if err := json.Unmarshal([]byte(p.Value), &in); err != nil {
			return "", s, fmt.Errorf("%w: %w", ErrNoStamp, err)
		}
		day, err := domain.ParseDate(in.RecordedOn)
		return in.Report, Stamp{in.Position, day, in.Program, in.Checkpoint, in.PublicKey, in.Parameters}, err
	}
	return "", s, ErrNoStamp
}

// DifferentPart names the first part that two workbooks do not share byte for
// byte, in the order of the first; empty when the parts are the same.
func DifferentPart(a, b io.ReaderAt, sizeA, sizeB int64) (string, error) {
	first, err := partsOf(a, sizeA)
	if err != nil {
		return "", err
	}
	second, err := partsOf(b, sizeB)
	if err != nil {
		return "", err
	}
	for i := range max(len(first), len(second)) {
		switch {
		case i >= len(first):
			return second[i][0], nil
		case i >= len(second) || first[i] != second[i]:
			return first[i][0], nil
		}
	}
	return "", nil
}

// partsOf lists a workbook's parts: name, and checksum with size.
func partsOf(r io.ReaderAt, size int64) ([][2]string, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	var out [][2]string
	for _, f := range archive.File {
		out = append(out, [2]string{f.Name, fmt.Sprint(f.CRC32, f.UncompressedSize64)})
	}
	return out, nil
}

// SheetOfPart is the name of the sheet a part of a workbook holds, or the part.
func SheetOfPart(r *Report, part string) string {
	var n int
	if _, err := fmt.Sscanf(part, "xl/worksheets/sheet%d.xml", &n); err != nil || n < 1 || n > len(r.Sheets)+1 {
		return part
	}
	front := contentsName.In(r.Lang)
	return cmp.Or(inOrder(front, sheetNames(front, r.Sheets), r)[n-1], part)
}
