package reports

import (
	"errors"
	"io"
)

func renderJSON(w io.Writer, r *Report) error { return errors.ErrUnsupported }
