package main

import (
	"encoding/json"
	"fmt"
	"os"

	"utfall/domain"
	"utfall/privacy"
)

// KeysCmd is about the vault's keyring.
type KeysCmd struct {
	Show KeysShowCmd `cmd:"" help:"Tell how the root key is kept, and which epochs there are."`
	Keep KeysKeepCmd `cmd:"" help:"Keep the root key under a passphrase, for an age identity, or in a plain file."`
}

// KeysShowCmd is keys show.
type KeysShowCmd struct {
	JSON bool `name:"json" help:"As JSON."`
}

// KeysKeepCmd is keys keep.
type KeysKeepCmd struct {
	Passphrase bool   `help:"Under the passphrase in UTFALL_VAULT_NEW_PASSPHRASE." xor:"how" required:""`
	To         string `help:"For this age recipient." placeholder:"age1…" xor:"how" required:""`
	File       bool   `help:"In the key file as it is." xor:"how" required:""`
}

var methodTexts = map[string]domain.Text{
	"file":       domain.T("i nyckelfilen som den är", "in the key file as it is"),
	"passphrase": domain.T("under en lösenfras (Argon2id)", "under a passphrase (Argon2id)"),
	"age":        domain.T("för en age-identitet", "for an age identity"),
}

// Run tells of the keyring.
func (c *KeysShowCmd) Run(a *App) error {
	if err := a.administer("keys show"); err != nil {
		return err
	}
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	method, epochs, err := vault.Keyring()
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(struct {
			Kept   string          `json:"root_kept"`
			Epochs []privacy.Epoch `json:"epochs"`
		}{method, epochs})
	}
	kept := methodTexts[method]
	a.ui.print(domain.Text{SV: "rotnyckeln ligger " + kept.SV, EN: "the root key is kept " + kept.EN})
	for _, e := range epochs {
		state := domain.T("gäller", "in use")
		switch {
		case e.Gone:
			state = domain.Tf("förstörd %s", "destroyed %s", e.Ends)
		case !e.Ends.Zero():
			state = domain.Tf("förstörs %s", "destroyed on %s", e.Ends)
		}
		a.ui.print(domain.Text{SV: fmt.Sprintf("epok %d, från %s, %d subjekt: %s", e.Number, e.Opened, e.Persons, state.SV),
			EN: fmt.Sprintf("epoch %d, from %s, %d subjects: %s", e.Number, e.Opened, e.Persons, state.EN)})
	}
	return nil
}

// Run keeps the root key in another way.
func (c *KeysKeepCmd) Run(a *App) error {
	if err := a.administer("keys keep"); err != nil {
		return err
	}
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	p := privacy.Protection{Recipient: c.To}
	if c.Passphrase {
		if p.Passphrase = os.Getenv("UTFALL_VAULT_NEW_PASSPHRASE"); len(p.Passphrase) < minPassphrase {
			return domain.Refuse(domain.Usage, domain.Tf("lösenfrasen har färre än %d tecken", "the passphrase has fewer than %d characters", minPassphrase),
				domain.T("sätt UTFALL_VAULT_NEW_PASSPHRASE till en längre", "set UTFALL_VAULT_NEW_PASSPHRASE to a longer one"))
		}
	}
	if err := vault.KeepRoot(p); err != nil {
		return err
	}
	path := a.keys(a.dir).Path
	a.ui.print(domain.Tf("klart. Ta en ny kopia av %s och förstör de gamla: de öppnar ingen i valvet längre, men säkerhetskopior från förut.",
		"done. Keep a new copy of %s and destroy the old ones: they open nobody in the vault any more, but backups from before.", path))
	return nil
}

// minPassphrase is the shortest passphrase: Argon2id makes guessing slow, not
// impossible.
const minPassphrase = 12
