package main

// CLI is the command tree; docs/commands are in help/*.txt.
type CLI struct {
	Data     string `help:"Data directory." env:"UTFALL_DATA" placeholder:"DIR"`
	Lang     string `help:"Language of what is printed: sv or en." enum:"sv,en," default:""`
	VaultKey string `help:"File with the vault's key, when it is not in the data directory." env:"UTFALL_VAULT_KEY" placeholder:"FILE"`
	As       string `help:"Act as this user." env:"UTFALL_USER" placeholder:"NAME"`
	Why      string `help:"Why it is looked at, for the record." placeholder:"TEXT"`

	Init          InitCmd          `cmd:"" help:"Make a data directory."`
	Import        ImportCmd        `cmd:"" help:"Take files in."`
	Template      TemplateCmd      `cmd:"" help:"Write an empty file with the right headers."`
	Events        EventsCmd        `cmd:"" help:"Show what is recorded."`
	Correct       CorrectCmd       `cmd:"" help:"Correct one event, or withdraw it, with a reason."`
	Undo          UndoCmd          `cmd:"" help:"Take back everything a batch recorded, with a reason."`
	Activities    ActivitiesCmd    `cmd:"" help:"Merge or rename activities."`
	Organisations OrganisationsCmd `cmd:"" help:"Merge or rename organisations."`
	Erase         EraseCmd         `cmd:"" help:"Forget a person, and keep the statistics."`
	Keys          KeysCmd          `cmd:"" help:"Show how the keys of the vault are kept, or keep them otherwise."`
	People        PeopleCmd        `cmd:"" help:"Tell who may be one person, say who is, show what is held."`
	Status        StatusCmd        `cmd:"" help:"Tell how far the log is projected."`
	Missing       MissingCmd       `cmd:"" help:"List what is missing."`
	Report        ReportCmd        `cmd:"" help:"Write a report."`
	Metric        MetricCmd        `cmd:"" help:"Print a metric, or the entries behind it."`
	Verify        VerifyCmd        `cmd:"" help:"Check the whole log, and what was reported from it."`
	Checkpoint    CheckpointCmd    `cmd:"" help:"Sign what the log holds, for somebody else to keep."`
	Backup        BackupCmd        `cmd:"" help:"Write a backup of the log, or of the vault, and prove that it can be restored."`
	Restore       RestoreCmd       `cmd:"" help:"Restore a backup into a new directory."`
	Export        ExportCmd        `cmd:"" help:"Write the whole log as lines of JSON."`
	Rebuild       RebuildCmd       `cmd:"" help:"Make the projected facts anew from the log."`
	Serve         ServeCmd         `cmd:"" help:"Keep the facts up to date, and answer the other commands."`
	Users         UsersCmd         `cmd:"" help:"Say who uses the program, and in which role."`
	Recipients    RecipientsCmd    `cmd:"" help:"Say to whom data are released."`
	AccessLog     AccessLogCmd     `cmd:"" help:"Show who has seen what, when and why."`
	Scb           ScbCmd           `cmd:"" help:"The monthly participant file: what is due, made, submitted, to be submitted again."`
	Survey        SurveyCmd        `cmd:"" help:"Surveys: who should answer when, codes to invite with, answers in people's own words."`
	Claim         ClaimCmd         `cmd:"" help:"Payment claims: draft, submit, decide, paid, advance, show, list."`
	Diff          DiffCmd          `cmd:"" help:"Compare a claim with what is known at another position, and say what makes the difference."`
	Rules         RulesCmd         `cmd:"" help:"Show the rule sets of the programmes, and in what they differ."`
	Version       VersionCmd       `cmd:"" help:"Print the version."`
	Help          HelpCmd          `cmd:"" help:"Explain a topic."`

	Record  NotYetCmd `cmd:"" help:"(a later version)" hidden:""`
	Explain NotYetCmd `cmd:"" help:"(a later version)" hidden:""`
}
