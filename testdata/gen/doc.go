// Command gen makes testdata/cluster: five years (2017-2021) of an invented
// Creative Cluster in Borås, as the files its people would have, and the true
// figures beside them.
//
//	go run ./testdata/gen [directory]
//
// Three things to know:
//
//   - It imports no other package of the module. truth.json and totals.json are
//     counted here by plain loops over the generator's own world, so an engine
//     that agrees with them agrees with somebody else.
//   - The same bytes come out on every run and machine: one fixed seed, one
//     stream of chance for each part of the world, loops over slices only, and
//     workbooks whose zip entries are sorted and carry no time.
//   - Every person number is from the Swedish tax agency's test numbers
//     (persons.txt). Companies, names, addresses and figures are invented.
//
// Where the contract leaves a choice, the world avoids it; what could not be
// avoided is said in the comment of the function that chose.
package main
