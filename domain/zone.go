package domain

import (
	"time"
	_ "time/tzdata" // the zone's rules must not depend on the machine
)

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}
