package reports

import (
	"errors"
	"io"
)

func renderHTML(w io.Writer, r *Report) error { return errors.ErrUnsupported }
