package eventlog

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// fileSystem names the kind of file system a folder is on, as far as it
// matters here; what statfs calls it is in linux/magic.h.
func fileSystem(dir string) (string, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return "", fmt.Errorf("which file system is %s on: %w", dir, err)
	}
	switch uint32(s.Type) {
	case 0x6969:
		return "nfs", nil
	case 0x517b:
		return "smb", nil
	case 0xfe534d42:
		return "smb2", nil
	case 0xff534d42:
		return "cifs", nil
	case 0x5346414f:
		return "afs", nil
	case 0x564c:
		return "ncp", nil
	}
	return "local", nil
}

// walWriteLock is the byte of the shared-memory file that SQLite locks while
// it writes (walformat, "WAL locks").
const walWriteLock = 120

// writerOf is the process that holds the log's write lock, 0 when the system
// does not tell. It looks the lock up in the system's list: opening the file
// itself would drop the locks this process has on it.
func writerOf(path string) int {
	info, err := os.Stat(path + "-shm")
	if err != nil {
		return 0
	}
	inode := info.Sys().(*syscall.Stat_t).Ino
	f, err := os.Open("/proc/locks")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		// 1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 120 120
		fields := strings.Fields(lines.Text())
		if len(fields) != 8 || fields[3] != "WRITE" || !strings.HasSuffix(fields[5], fmt.Sprintf(":%d", inode)) {
			continue
		}
		first, err1 := strconv.Atoi(fields[6])
		last, err2 := strconv.Atoi(fields[7])
		pid, err3 := strconv.Atoi(fields[4])
		if err1 == nil && err2 == nil && err3 == nil && first <= walWriteLock && walWriteLock <= last && pid > 0 {
			return pid
		}
	}
	return 0
}
