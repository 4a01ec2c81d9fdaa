// Package statistics is what surveys are evaluated by: means, shares and net
// promoter scores with their intervals, response rates, change within pairs,
// differences between groups, correlation, reliability and representativeness.
//
// Three things to know. It works on histograms (Sample): 200,000 answers on a
// scale of five steps are five numbers, and cost as much as five. Nothing here
// is ever NaN or infinite: what has no value says so, by Valid or by a second
// result that is false; NaN and infinite values that come in are missing
// answers and are left out. And the same answers give the same bits: sums run
// in ascending order of the values, whatever order the answers came in, and
// what is drawn at random is drawn from a seed.
//
// Caveats. Missing and "don't know" are left out by the caller, reversed items
// recoded (Sample.Reversed); whether a figure may be shown is not decided
// here. Sums, means and resampled totals use additions, multiplications,
// divisions and square roots alone, never fused, so they have the same bits on
// every machine; p-values, and bounds that rest on a quantile of t or of the
// normal distribution, may differ in the last digits between processors.
//
// Each function names its source. The reference's section 4 has test vectors,
// and testdata/oracle.R makes others with R, which a test compares to 1e-9.
package statistics
