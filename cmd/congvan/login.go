package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"congvan/accounts"
	"congvan/desk"
)

// Login is how people log in.
type Login struct {
	SecondFactor     string        `env:"SECOND_FACTOR" envDefault:"required"` // or offered
	SessionIdle      time.Duration `env:"SESSION_IDLE" envDefault:"2h"`
	SessionLength    time.Duration `env:"SESSION_LENGTH" envDefault:"12h"`
	AccountsKeyFile  string        `env:"ACCOUNTS_KEY_FILE" envDefault:".local/accounts.key"` // seals the second factors in the record
	DemoPasswordFile string        `env:"DEMO_PASSWORD_FILE" envDefault:".local/demo-password"`
	TrustedProxies   []string      `env:"TRUSTED_PROXIES"` // addresses or networks that may say for whom they ask
}

// failureTakes is how long a login that fails takes at least: longer than hashing
// and everything beside it, so that a clock tells nothing.
const failureTakes = 400 * time.Millisecond

// rules are what the desk goes by. A setting that is none is refused here, before
// anybody can log in by it.
func (l Login) rules() (desk.LoginRules, error) {
	second := desk.SecondFactorRule(l.SecondFactor)
	if second != desk.SecondFactorRequired && second != desk.SecondFactorOffered {
		return desk.LoginRules{}, fmt.Errorf("SECOND_FACTOR is required or offered, not %q", l.SecondFactor)
	}
	if l.SessionIdle < time.Minute || l.SessionLength < l.SessionIdle || l.SessionLength > 7*24*time.Hour {
		return desk.LoginRules{}, errors.New("SESSION_IDLE is a minute or more, SESSION_LENGTH not less and at most 168h")
	}
	seal, err := readSeal(l.AccountsKeyFile)
	if err != nil {
		return desk.LoginRules{}, err
	}
	return desk.LoginRules{SecondFactor: second, Sessions: accounts.Limits{Idle: l.SessionIdle, Length: l.SessionLength},
		Seal: seal, FailureTakes: failureTakes}, nil
}

// readSeal reads the key that seals second factors, and makes it where there is
// none. Several machines that serve one record share the file.
func readSeal(path string) (*accounts.Seal, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = file.WriteString(accounts.NewKey())
		err = errors.Join(err, file.Sync(), file.Close())
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("ACCOUNTS_KEY_FILE: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("ACCOUNTS_KEY_FILE: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("ACCOUNTS_KEY_FILE: %s may be read by others (%04o); chmod 600 it", path, mode)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("ACCOUNTS_KEY_FILE: %w", err)
	}
	seal, err := accounts.NewSeal(text)
	if err != nil {
		return nil, fmt.Errorf("ACCOUNTS_KEY_FILE: %s: %w", path, err)
	}
	return seal, nil
}

// proxies reads TRUSTED_PROXIES.
func (l Login) proxies() (list []netip.Prefix, err error) {
	for _, text := range l.TrustedProxies {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("TRUSTED_PROXIES: %q is neither an address nor a network", text)
			}
			network = netip.PrefixFrom(address, address.BitLen())
		}
		if network.Bits() == 0 {
			return nil, errors.New("TRUSTED_PROXIES: everybody is nobody's proxy")
		}
		list = append(list, network.Masked())
	}
	return list, nil
}

// origin is the scheme and host of the pages.
func origin(base string) string {
	address, err := url.Parse(base)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		return ""
	}
	return address.Scheme + "://" + address.Host
}
