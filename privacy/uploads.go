package privacy

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// UploadsDir is where the originals of files that were taken in lie, each
// sealed under a key of its own.
func UploadsDir(dir string) string { return filepath.Join(dir, "uploads") }

const uploadEnd = ".sealed"

func uploadPath(dir, sum string) string { return filepath.Join(UploadsDir(dir), sum+uploadEnd) }

// ErrNoUpload is returned for an original that was never kept, or is no more.
var ErrNoUpload = errors.New("the original is not kept")

// KeepUpload seals the original of a file under its SHA-256, in hex. One that
// is kept already stays as it is. The file is on the disk before its key is in
// the vault, and both within one transaction: a sweep never comes in between.
func (v *Vault) KeepUpload(ctx context.Context, dir, sum, name string, content []byte) error {
	if _, _, err := v.Upload(ctx, dir, sum); err == nil || !errors.Is(err, ErrNoUpload) {
		return err
	}
	key := newKey()
	sealed := seal(key, content, uploadBound(sum, "content"))
	if err := os.MkdirAll(UploadsDir(dir), 0o700); err != nil {
		return err
	}
	return inside(v.db, func(tx *sql.Tx) error {
		ring, err := readKeyring(v.from, v.keys.Load())
		if err != nil {
			return err
		}
		if err := replaceFile(uploadPath(dir, sum), sealed); err != nil {
			return fmt.Errorf("keep the original: %w", err)
		}
		n := ring.newest()
		_, err = tx.ExecContext(ctx, "insert or replace into uploads values (?, ?, ?, ?, ?)", sum, n,
			seal(ring.epochs[n], key, uploadBound(sum, epochBound(n))), seal(key, []byte(name), uploadBound(sum, "name")), today().String())
		return err
	})
}

func uploadBound(sum, what string) string { return sum + "/" + what }

// Upload opens the original of a file, and the name it came under.
func (v *Vault) Upload(ctx context.Context, dir, sum string) (name string, content []byte, err error) {
	var epoch int
	var wrapped, sealedName []byte
	err = v.db.QueryRowContext(ctx, "select epoch, key, name from uploads where upload = ?", sum).Scan(&epoch, &wrapped, &sealedName)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, ErrNoUpload
	}
	if err != nil {
		return "", nil, err
	}
	c, err := v.epoch(epoch)
	if err != nil {
		return "", nil, err
	}
	key, err := c.Open(nil, nil, wrapped, []byte(uploadBound(sum, epochBound(epoch))))
	if err != nil {
		return "", nil, fmt.Errorf("%w (upload)", ErrSealed)
	}
	plain, err := unseal(key, sealedName, uploadBound(sum, "name"))
	if err != nil {
		return "", nil, err
	}
	sealed, err := os.ReadFile(uploadPath(dir, sum))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, ErrNoUpload // its key came from a backup
	}
	if err != nil {
		return "", nil, err
	}
	content, err = unseal(key, sealed, uploadBound(sum, "content"))
	return string(plain), content, err
}

// SweepUploads removes the originals that have no key any more, and what a
// process that died left half written.
func (v *Vault) SweepUploads(ctx context.Context, dir string) error {
	return inside(v.db, func(tx *sql.Tx) error {
		entries, err := os.ReadDir(UploadsDir(dir))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		for _, e := range entries {
			var n int
			if e.IsDir() || !strings.HasSuffix(strings.TrimSuffix(e.Name(), ".new"), uploadEnd) {
				continue // not one of ours
			}
			if sum, whole := strings.CutSuffix(e.Name(), uploadEnd); whole && err == nil {
				err = tx.QueryRowContext(ctx, "select count(*) from uploads where upload = ?", sum).Scan(&n)
			}
			if err == nil && n == 0 {
				err = os.Remove(filepath.Join(UploadsDir(dir), e.Name()))
			}
		}
		return err
	})
}
