package reports

import (
	"errors"
	"io"
)

func renderCSV(w io.Writer, r *Report) error { return errors.ErrUnsupported }
