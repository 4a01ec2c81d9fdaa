package main

type TemplateCmd struct{}

func (TemplateCmd) Run(*App) error { return nil }
func (MissingCmd) Run(*App) error  { return nil }
func (ReportCmd) Run(*App) error   { return nil }

type MissingCmd struct{}
type ReportCmd struct{}
