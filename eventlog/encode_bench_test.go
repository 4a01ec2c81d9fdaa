package eventlog

import (
	"testing"

	"utfall/domain"
)

// BenchmarkEncode encodes batches of 1,000 attendances: checked, written as
// lines, read back, and packed.
func BenchmarkEncode(b *testing.B) {
	events := attendances(1000)
	for b.Loop() {
		var batch Batch
		if err := batch.Encode(events); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkDecode reads such a batch.
func BenchmarkDecode(b *testing.B) {
	var batch Batch
	if err := batch.Encode(attendances(1000)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := batch.Decode(domain.Events); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "events/s")
}
