// Package domain holds what happened and what it is measured in: the events
// of membership, organisation, activity, session, attendance, survey and
// project, and the values they are made of.
//
// Three things to know. Values (Date, Hours, Money, OrgNumber, PersonNumber,
// Municipality, SNI) cannot be wrong once made: their parsers are the only
// way in. Events are plain immutable structs with a type name and a version;
// Events is the register that decodes and upcasts them. A correction is an
// event like any other: it names the event it corrects and carries a reason.
//
// Caveats. Nothing here does input or output, and nothing here imports more
// than the standard library and uuid. A PersonNumber prints as a mask: its
// digits leave it only through Digits, which belongs to the vault alone.
package domain
