// Package staging is where files are while they come in: encrypted, each under a
// key of its own that is in this process's memory only, in files that have no
// name. What is refused, and what is left when the process dies, is noise: a state
// secret that somebody sends leaves no trace on the disk (Luật Bảo vệ bí mật nhà
// nước 117/2025/QH15, Điều 5). So an upload ends with its process, and its sender
// begins anew.
//
// A content is hashed and counted while it comes, in pieces of 64 KiB sealed with
// AES-256-GCM. It can be read from anywhere in it; a piece that was changed on the
// disk is an error, never other bytes.
package staging

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"congvan/attachments"
	"congvan/routing"

	"github.com/google/uuid"
)

// Limits bound what comes in. Zero: the default.
type Limits struct {
	File              int64         // bytes of a file; 50 MiB
	Scan              int64         // bytes of a PDF or an image; 100 MiB
	Account           int64         // bytes that one account has here at a time; 500 MiB
	Total             int64         // bytes that are here at a time; 4 GiB
	AccountOpen, Open int           // uploads at a time; 20 and 400
	Life              time.Duration // how long an upload is kept after it began; 24 h
	Idle              time.Duration // how long one that is not complete is waited for; 1 h
}

func (l Limits) orDefaults() Limits {
	for limit, value := range map[*int64]int64{&l.File: 50 << 20, &l.Scan: 100 << 20, &l.Account: 500 << 20, &l.Total: 4 << 30} {
		if *limit == 0 {
			*limit = value
		}
	}
	if l.AccountOpen == 0 {
		l.AccountOpen = 20
	}
	if l.Open == 0 {
		l.Open = 400
	}
	if l.Life == 0 {
		l.Life = 24 * time.Hour
	}
	if l.Idle == 0 {
		l.Idle = time.Hour
	}
	return l
}

// The refusals of uploads.
var (
	ErrQuota = &routing.Error{Fault: routing.Unavailable, Code: "upload-quota",
		Message: "Bạn đang gửi quá nhiều tệp cùng lúc; hãy chờ các tệp trước xong, hoặc bỏ bớt, rồi gửi tiếp."}
	ErrFull = &routing.Error{Fault: routing.Unavailable, Code: "upload-space",
		Message: "Nơi nhận tệp tạm thời đầy; hãy thử lại sau ít phút, nếu vẫn lỗi hãy báo quản trị hệ thống."}
	ErrOffset = &routing.Error{Fault: routing.Conflict, Code: "upload-offset",
		Message: "Phần tệp gửi tiếp không nối đúng chỗ; hãy hỏi lại vị trí đã nhận rồi gửi tiếp từ đó."}
	ErrBusy = &routing.Error{Fault: routing.Conflict, Code: "upload-busy",
		Message: "Tệp này đang được gửi ở một kết nối khác; hãy chờ ít giây rồi gửi tiếp."}
	ErrIncomplete = &routing.Error{Fault: routing.Conflict, Code: "upload-incomplete",
		Message: "Tệp chưa gửi xong; hãy gửi hết rồi mới đính kèm."}
)

// Area holds the uploads of one process. It is safe for use by many goroutines.
type Area struct {
	dir    string
	limits Limits
	now    func() time.Time

	mu      sync.Mutex
	uploads map[string]*Upload
	bytes   map[string]int64 // by owner, what is reserved
	open    map[string]int   // by owner
	total   int64
}

const suffix = ".congvan-upload"

// Open makes the staging area in a folder, which it empties of what another life
// of the program may have left in the instant between making a file and taking
// its name away. Empty: the machine's folder for temporary files.
func Open(dir string, limits Limits, now func() time.Time) (*Area, error) {
	if now == nil {
		now = time.Now
	}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("staging: %w", err)
		}
		left, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
		if err != nil {
			return nil, fmt.Errorf("staging: %w", err)
		}
		for _, name := range left {
			if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, fmt.Errorf("staging: %w", err)
			}
		}
	}
	return &Area{dir: dir, limits: limits.orDefaults(), now: now, uploads: map[string]*Upload{}, bytes: map[string]int64{}, open: map[string]int{}}, nil
}

// Limits are the limits in force.
func (a *Area) Limits() Limits { return a.limits }

// Begin makes room for a file of an owner. size is what its sender says, -1 if he
// does not: then room is taken as it comes.
func (a *Area) Begin(owner, name string, size int64) (*Upload, error) {
	if size > a.limits.Scan || size > a.limits.File && !scanned(name) {
		return nil, a.tooLarge(name)
	}
	a.Expire()
	u := &Upload{ID: uuid.NewString(), Owner: owner, Name: name, Size: size, area: a, began: a.now(), touched: a.now()}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open[owner] >= a.limits.AccountOpen {
		return nil, ErrQuota
	}
	if len(a.uploads) >= a.limits.Open {
		return nil, ErrFull
	}
	if err := a.reserve(u, max(0, size)); err != nil {
		return nil, err
	}
	if err := u.create(a.dir); err != nil {
		a.total, a.bytes[owner] = a.total-u.reserved, a.bytes[owner]-u.reserved
		return nil, err
	}
	a.uploads[u.ID] = u
	a.open[owner]++
	return u, nil
}

// reserve takes room for an upload up to a size in all; a.mu is held.
func (a *Area) reserve(u *Upload, size int64) error {
	more := size - u.reserved
	switch {
	case more <= 0:
		return nil
	case a.bytes[u.Owner]+more > a.limits.Account:
		return ErrQuota
	case a.total+more > a.limits.Total:
		return ErrFull
	}
	u.reserved, a.total, a.bytes[u.Owner] = size, a.total+more, a.bytes[u.Owner]+more
	return nil
}

// Find is an upload of an owner; routing.ErrNotFound if it is not his, is over, or
// was begun in another life of the program.
func (a *Area) Find(owner, id string) (*Upload, error) {
	a.Expire()
	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.uploads[id]
	if u == nil || u.Owner != owner {
		return nil, routing.ErrNotFound
	}
	return u, nil
}

// Remove ends an upload: its key is forgotten and its room is free.
func (a *Area) Remove(u *Upload) {
	a.mu.Lock()
	if a.uploads[u.ID] == u {
		delete(a.uploads, u.ID)
		a.total -= u.reserved
		if a.bytes[u.Owner] -= u.reserved; a.bytes[u.Owner] == 0 {
			delete(a.bytes, u.Owner)
		}
		if a.open[u.Owner]--; a.open[u.Owner] == 0 {
			delete(a.open, u.Owner)
		}
	}
	a.mu.Unlock()
	u.close()
}

// Expire ends what is over: too old, or not gone on with.
func (a *Area) Expire() {
	for _, u := range a.all() {
		if !a.now().Before(u.Expires()) && u.busy.TryLock() { // if somebody is at it, the next time
			a.Remove(u)
			u.busy.Unlock()
		}
	}
}

// all are the uploads of now. Whoever asks them something does not hold a.mu: an
// upload that is written to holds its own lock when it reserves room.
func (a *Area) all() []*Upload {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make([]*Upload, 0, len(a.uploads))
	for _, u := range a.uploads {
		all = append(all, u)
	}
	return all
}

// Used says how many uploads there are and how many bytes they hold.
func (a *Area) Used() (uploads int, bytes int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.uploads), a.total
}

// Close ends all uploads.
func (a *Area) Close() {
	for _, u := range a.all() {
		a.Remove(u)
	}
}

// scanned says by the name whether a file may be as large as scans are. Whether
// it is one is found out by its content, later.
func scanned(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff":
		return true
	default:
		return false
	}
}

func (a *Area) limitFor(name string) int64 {
	if scanned(name) {
		return a.limits.Scan
	}
	return a.limits.File
}

func (a *Area) tooLarge(name string) error {
	return attachments.ErrTooLarge.Saying("Tệp lớn hơn %d MB; hãy giảm dung lượng (quét 300 dpi, nén ảnh hoặc chia nhỏ) rồi gửi lại.", a.limitFor(name)>>20)
}

// outOfRoom says whether writing failed because the disk, or somebody's share of it, is full.
func outOfRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
