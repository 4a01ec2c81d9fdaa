// Package sie turns a SIE file of type 1 to 4 (edition 4B, clarified by 4C) into
// typed values, wholly and rightly, or refuses it by name with the line. It also
// writes vouchers as a type 4I file. It knows nothing of projects or events.
//
// Three things to know:
//
//   - Open reads the file once to decide its encoding, Read a second time to
//     deliver it; neither holds more than a line and a voucher of it. A voucher
//     given to the callback is provisional until Read has returned nil: the
//     checksum, and that the file is whole, are known only at its end.
//   - Amounts are whole öre and never pass through a float. Every voucher
//     delivered balances to the öre, in both modes, which give the same rows:
//     an added row (#RTRANS) must be followed by its #TRANS, so counting one and
//     skipping the other comes to the same, whichever is skipped.
//   - What was odd and yet readable is a Finding in File.Notes or Book.Notes, one
//     for each kind with its first line and how many there were.
//
// Caveats: texts and signatures of vouchers, and names of objects, are often names
// of people; findings never quote them, and neither should a log. Text that was
// written in one encoding and saved as another reads as other letters, and so
// as other object codes: it is noted, never mended. Balances are not added up:
// #UB of the file is given, not checked against #IB and the vouchers. #ADRESS,
// #PROSA and #BKOD are known and passed over.
package sie
