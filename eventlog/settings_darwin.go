package eventlog

import (
	"fmt"
	"syscall"
)

// fileSystem names the kind of file system a folder is on.
func fileSystem(dir string) (string, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return "", fmt.Errorf("which file system is %s on: %w", dir, err)
	}
	var name []byte
	for _, c := range s.Fstypename {
		if c == 0 {
			break
		}
		name = append(name, byte(c))
	}
	return string(name), nil
}

// writerOf cannot be told here.
func writerOf(string) int { return 0 }
