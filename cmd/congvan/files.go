package main

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"congvan/attachments/blobs"
	"congvan/attachments/clamd"
	"congvan/attachments/staging"
	"congvan/desk"
)

// Files is what the environment says of files on their way in. Sizes in MB of 2^20 bytes.
type Files struct {
	UploadFolder  string        `env:"UPLOAD_FOLDER"` // empty: the machine's folder for temporary files; only noise lies there
	MaxFile       int64         `env:"UPLOAD_MAX_FILE_MB" envDefault:"50"`
	MaxScan       int64         `env:"UPLOAD_MAX_SCAN_MB" envDefault:"100"` // PDF and images
	MaxAccount    int64         `env:"UPLOAD_MAX_ACCOUNT_MB" envDefault:"500"`
	MaxTotal      int64         `env:"UPLOAD_MAX_TOTAL_MB" envDefault:"4096"`
	Clamd         string        `env:"CLAMD_ADDRESS"` // empty: no antivirus
	ClamdRequired bool          `env:"CLAMD_REQUIRED"`
	ClamdTimeout  time.Duration `env:"CLAMD_TIMEOUT" envDefault:"2m"` // for a whole file
}

// clamdPatience is how long the antivirus may be silent while it is sent a file.
const clamdPatience = 10 * time.Second

// fileOptions are how files come in, where they are kept and who looks at them.
func (c config) fileOptions() ([]desk.Option, error) {
	options, err := c.storedFiles()
	if err != nil {
		return nil, err
	}
	for _, size := range []int64{c.MaxFile, c.MaxScan, c.MaxAccount, c.MaxTotal} {
		if size <= 0 {
			return nil, fmt.Errorf("UPLOAD_MAX_…_MB have to be positive")
		}
	}
	area, err := staging.Open(c.UploadFolder, staging.Limits{
		File: c.MaxFile << 20, Scan: c.MaxScan << 20, Account: c.MaxAccount << 20, Total: c.MaxTotal << 20,
	}, nil)
	if err != nil {
		return nil, fmt.Errorf("UPLOAD_FOLDER: %w", err)
	}
	return append(options, desk.TakeInto(area)), nil
}

// storedFiles are where the files are kept, and who looks at them.
func (c config) storedFiles() (options []desk.Option, err error) {
	if path, ok := c.attachmentsFolder(); ok {
		folder, err := blobs.OpenFolder(path)
		if err != nil {
			return nil, fmt.Errorf("ATTACHMENTS_URL: %w", err)
		}
		options = append(options, desk.KeepIn(folder))
	}
	switch {
	case c.Clamd != "":
		options = append(options, desk.ScanWith(clamd.New(c.Clamd, clamdPatience, c.ClamdTimeout), c.ClamdRequired))
	case c.ClamdRequired:
		return nil, fmt.Errorf("CLAMD_REQUIRED needs CLAMD_ADDRESS: tcp://host:port or unix:///path")
	}
	return options, nil
}

// attachmentsFolder is the folder of the files, if they are in one.
func (c config) attachmentsFolder() (string, bool) {
	if !strings.Contains(c.AttachmentsURL, "://") {
		path, err := filepath.Abs(c.AttachmentsURL)
		return path, err == nil
	}
	address, err := url.Parse(c.AttachmentsURL)
	return address.Path, err == nil && address.Scheme == "file"
}
