// Package lss reads the structure of a survey as LimeSurvey saves it (.lss) and writes
// it as a definition for people to complete.
//
// Three things to know. The file is XML whose tables are those of LimeSurvey's
// database; from version 4 on the texts stand in tables of their own. A question with
// rows or with options in columns becomes one item a row, or one item with options.
// What a definition cannot hold, a ranking or an upload, is named in a comment.
//
// Caveats. Conditions, quotas and validation are not read: what was not shown to
// somebody stands in the answers. Which level an item asks about, and which answers
// are an outcome, LimeSurvey does not know.
package lss
