// Package scan finds what gives a person away in a stream of text: Swedish
// person numbers, e-mail addresses and Swedish telephone numbers.
//
// Three things to know. A person number counts only with a real date and a right
// check digit (or as a TF number), so most other numbers of its length are let
// through, and an organisation number of a legal person always is. What stands
// among digits or hexadecimal letters is part of a hash, a UUID or a count of
// nanoseconds and is none. A Finding holds the first two characters only.
//
// Caveats. Names are not found, nor numbers written with spaces inside, nor
// land-line numbers without a hyphen after the area code: too much else looks
// like them. Of ten random digits one number in a hundred and forty is a person
// number by chance.
package scan
