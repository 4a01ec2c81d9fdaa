package main

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
)

// depth is how far our code goes into a vulnerable module.
type depth int

const (
	required depth = iota // the module is in the build list
	imported              // a vulnerable package is linked
	called                // a vulnerable function can be reached
)

// result is what one scan found: how deep each vulnerability by its id, and
// how a called one is reached.
type result struct {
	database string // when the database was last changed
	depths   map[string]depth
	summary  map[string]string
	reached  map[string]string
}

// message is one value of govulncheck's stream; each holds one of the fields.
type message struct {
	Config *struct {
		Modified string `json:"db_last_modified"`
	} `json:"config"`
	OSV *struct {
		ID      string `json:"id"`
		Summary string `json:"summary"`
	} `json:"osv"`
	Finding *struct {
		OSV   string  `json:"osv"`
		Trace []frame `json:"trace"`
	} `json:"finding"`
}

// frame is a step from the vulnerable function (first) to our code (last).
type frame struct {
	Module   string `json:"module"`
	Version  string `json:"version"`
	Package  string `json:"package"`
	Function string `json:"function"`
	Receiver string `json:"receiver"`
}

func (f frame) depth() depth {
	switch {
	case f.Function != "":
		return called
	case f.Package != "":
		return imported
	}
	return required
}

func (f frame) String() string {
	name := f.Package + "." + f.Function
	if f.Receiver != "" {
		name = f.Package + "." + f.Receiver + "." + f.Function
	}
	return name
}

var errNoScan = errors.New("it did not begin a scan")

// decode reads the stream to its end.
func decode(r io.Reader) (result, error) {
	out := result{depths: map[string]depth{}, summary: map[string]string{}, reached: map[string]string{}}
	began := false
	for dec := json.NewDecoder(r); ; {
		var m message
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return out, err
		}
		switch {
		case m.Config != nil:
			began, out.database = true, m.Config.Modified
		case m.OSV != nil:
			out.summary[m.OSV.ID] = m.OSV.Summary
		case m.Finding != nil && len(m.Finding.Trace) > 0:
			out.add(m.Finding.OSV, m.Finding.Trace)
		}
	}
	if !began {
		return out, errNoScan
	}
	return out, nil
}

// add keeps the deepest finding of each vulnerability: the stream tells of the
// module first, then of the package, then of each call.
func (r *result) add(id string, trace []frame) {
	d := trace[0].depth()
	r.depths[id] = max(r.depths[id], d)
	if d == called && r.reached[id] == "" {
		ours := trace[len(trace)-1]
		r.reached[id] = trace[0].String() + " (" + trace[0].Module + " " + trace[0].Version + ") from " + ours.String()
	}
}

// ids are the vulnerabilities found at that depth, in order.
func (r *result) ids(d depth) []string {
	var out []string
	for id, found := range r.depths {
		if found == d {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
