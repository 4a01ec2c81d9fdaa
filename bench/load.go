package main

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"
)

// load is one column of the tables: so many callers, each of which appends so
// many events at a time and waits for the acknowledgement.
type load struct {
	callers, events int
}

// batch is how many events the large batches have.
const batch = 1000

var (
	loads   = []load{{1, 1}, {16, 1}, {64, 1}, {256, 1}, {1, batch}}
	single  = load{1, 1}
	busy    = load{64, 1}
	crowd   = load{256, 1}
	batches = load{1, batch}
)

// side is one contestant.
type side interface {
	name() string
	takes(load) bool
	load(l load, warm, window time.Duration) (sample, error)
	close()
}

type sides []side

func (s sides) close() {
	for _, one := range s {
		one.close()
	}
}

// sample is what one turn of one side gave.
type sample struct {
	rate     float64       // acknowledged events per second
	p50, p99 time.Duration // from the call to its acknowledgement
	sync     time.Duration // p50 of the fdatasync alone, of the bare files
}

// newSample sorts waits: of each append acknowledged within the window.
func newSample(l load, window time.Duration, waits []time.Duration) (sample, error) {
	if len(waits) == 0 {
		return sample{}, errors.New("nothing was acknowledged in time")
	}
	slices.Sort(waits)
	return sample{
		rate: float64(len(waits)*l.events) / window.Seconds(),
		p50:  quantile(waits, 0.50),
		p99:  quantile(waits, 0.99),
	}, nil
}

// quantile is the smallest value that at least that share is not above.
func quantile(sorted []time.Duration, share float64) time.Duration {
	at := int(share*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(at, 0), len(sorted)-1)]
}

// drive runs a load against a side of this process: each caller asks again as
// soon as it is answered. Only what is acknowledged within the window counts,
// so neither the start nor the end of the callers is in the figures.
func drive(l load, warm, window time.Duration, call func(caller, turn int) error) (sample, error) {
	runtime.GC() // the last side's garbage is not this one's
	waits, errs := make([][]time.Duration, l.callers), make([]error, l.callers)
	began := time.Now()
	var done sync.WaitGroup
	for caller := range l.callers {
		done.Go(func() {
			var mine []time.Duration // callers do not share a cache line
			for turn, asked := 0, began; asked.Sub(began) < warm+window; turn++ {
				if errs[caller] = call(caller, turn); errs[caller] != nil {
					return
				}
				told := time.Now()
				if at := told.Sub(began); at >= warm && at < warm+window {
					mine = append(mine, told.Sub(asked))
				}
				asked = told
			}
			waits[caller] = mine
		})
	}
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		return sample{}, err
	}
	return newSample(l, window, slices.Concat(waits...))
}
