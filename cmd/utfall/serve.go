package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"utfall/domain"
	"utfall/projections"
)

// ServeCmd holds the facts for everybody else.
type ServeCmd struct {
	Listen string `help:"Where to tell how it goes: GET /health." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
}

// Run projects what is recorded as it is recorded, and answers the other
// commands of the data directory, until it is interrupted. It ends with an
// error when the log can no longer be written.
func (c *ServeCmd) Run(a *App) error {
	if err := a.administer("serve"); err != nil {
		return err
	}
	// What an erasure left waiting for the process that held the facts is done now.
	// A server needs nobody's name, so it starts without the vault's key too.
	if _, err := a.Vault(); err != nil {
		a.ui.exit(err)
	}
	store, err := a.Facts()
	if err != nil && store == nil {
		return err
	}
	if !store.Holder() {
		return domain.Refuse(domain.Conflict, domain.T("en annan process har databasen öppen", "another process has the database open"),
			domain.T("en server räcker: avsluta den andra först", "one server is enough: end the other one first"))
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return &domain.Error{Code: domain.Refused, Err: err, What: domain.Tf("kan inte lyssna på %s", "cannot listen on %s", c.Listen),
			Hint: domain.T("ange en annan adress med --listen", "give another address with --listen")}
	}
	server := &http.Server{Handler: a.health(store), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	followed := make(chan error, 1)
	go func() { followed <- store.Follow(ctx) }()
	a.ui.print(domain.Tf("utfall svarar på http://%s/health", "utfall answers on http://%s/health", listener.Addr()))

	following := followed
	for {
		select {
		case err = <-served:
		case <-a.log.Failed():
			err = domain.Refuse(domain.Unhealthy, domain.T("en skrivning till loggen misslyckades", "a write to the log failed"),
				domain.T("se till disken och starta om", "see to the disk and restart"))
		case stopped := <-following:
			// What is projected can still be asked, and health tells why it stands still.
			a.ui.exit(stopped)
			following = nil
			continue
		case <-a.ctx.Done():
			err = nil
		}
		break
	}
	cancel()
	if following != nil {
		<-following
	}
	end, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	return errors.Join(err, server.Shutdown(end))
}

// health tells how far the log is projected: 200 while it goes well, else 503.
func (a *App) health(store *projections.Shared) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		head, err := a.log.Head(r.Context())
		s := a.statusOf(store, head)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if err != nil || s.Stopped != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(s) // the client is gone then
	})
	return mux
}
