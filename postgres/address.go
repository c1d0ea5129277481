package postgres

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/uptrace/bun/driver/pgdriver"
)

// ErrUnverified refuses a server on another machine whose certificate would
// not be verified.
var ErrUnverified = errors.New("PostgreSQL on another machine needs sslmode=verify-full (and sslrootcert=FILE for an authority of your own)")

// CheckAddress says, before anything is opened, what is wrong with the URL of
// a database. It never quotes the URL: a password is in it. A server on another
// machine is spoken to over verified TLS or, if unverified is allowed, as the
// URL says.
func CheckAddress(dsn string, unverified bool) error {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || host(u) == "" {
		return errors.New("not a URL like postgres://congvan@127.0.0.1:5432/congvan")
	}
	mode := u.Query().Get("sslmode")
	if !here(host(u)) && mode != "" && mode != "verify-full" && !unverified {
		return ErrUnverified
	}
	_, err = encryption(u)
	return err
}

// encryption is how the server of the URL is spoken to; nil: in clear.
//
// pgdriver 1.2.18 verifies no certificate unless sslmode asks for it, and takes
// "no sslmode" for "encrypted, by whomever". Here no sslmode is verify-full, but
// in clear on this machine.
func encryption(u *url.URL) (*tls.Config, error) {
	asked := u.Query()
	mode := asked.Get("sslmode")
	if mode == "" && here(host(u)) {
		mode = "disable"
	}
	config := &tls.Config{ServerName: host(u), MinVersion: tls.VersionTLS12}
	switch mode {
	case "disable":
		return nil, nil
	case "allow", "prefer", "require":
		config.InsecureSkipVerify = asked.Get("sslrootcert") == "" // asked for, and allowed by CheckAddress
	case "", "verify-ca", "verify-full":
	default:
		return nil, fmt.Errorf("sslmode=%s is unknown", mode)
	}
	if file := asked.Get("sslrootcert"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("sslrootcert: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("sslrootcert: %s holds no certificate", file)
		}
	}
	if cert, key := asked.Get("sslcert"), asked.Get("sslkey"); cert != "" && key != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("sslcert, sslkey: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// address is what the driver is told: the URL, with TLS decided here.
func address(dsn string) []pgdriver.Option {
	u, err := url.Parse(dsn)
	if err != nil {
		panic("postgres: the address of the database is no URL") // CheckAddress says so before
	}
	config, err := encryption(u)
	if err != nil {
		panic("postgres: " + err.Error())
	}
	plain := u.Query()
	for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
		plain.Del(name)
	}
	u.RawQuery = plain.Encode()
	return []pgdriver.Option{pgdriver.WithDSN(u.String()), pgdriver.WithTLSConfig(config)}
}

// host is the server's name or, with ?host=, its name or socket.
func host(u *url.URL) string {
	if named := u.Query().Get("host"); named != "" {
		if name, _, err := net.SplitHostPort(named); err == nil {
			return name
		}
		return named
	}
	return u.Hostname()
}

// here says whether the host is this machine: a socket or a loopback address.
func here(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || host == "localhost" || ip != nil && ip.IsLoopback()
}
