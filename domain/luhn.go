package domain

// luhn reports whether ten digits end in their check digit: weights 2,1,2,1…
// from the left, digits of the products summed, modulus 10 (the rule of both
// personnummer and organisationsnummer; reference domain.md 7.4, 7.5).
func luhn(ten string) bool {
	sum := 0
	for i := range len(ten) {
		c := ten[i]
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return len(ten) == 10 && sum%10 == 0
}
