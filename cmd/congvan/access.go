package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"congvan/api"
)

// Access is how the API is reached from outside, by whom, and how much of it.
type Access struct {
	RateLimits       string `env:"RATE_LIMITS"`             // requests within a minute: search=900/9000,… by account/network
	OIDCIssuer       string `env:"OIDC_ISSUER"`             // of an identity provider; empty: people log in with a password only
	OIDCClientID     string `env:"OIDC_CLIENT_ID"`          // as the provider knows this installation
	OIDCClientSecret string `env:"OIDC_CLIENT_SECRET_FILE"` // file with the secret
}

// identityProvider reads where people may log in as well; nil: nowhere.
func (a Access) identityProvider() (*api.OIDC, error) {
	switch {
	case a.OIDCIssuer == "" && a.OIDCClientID == "" && a.OIDCClientSecret == "":
		return nil, nil
	case a.OIDCIssuer == "" || a.OIDCClientID == "" || a.OIDCClientSecret == "":
		return nil, errors.New("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET_FILE are given together, or none of them")
	}
	secret, err := os.ReadFile(a.OIDCClientSecret)
	if err != nil {
		return nil, fmt.Errorf("OIDC_CLIENT_SECRET_FILE: %w", err)
	}
	if strings.TrimSpace(string(secret)) == "" {
		return nil, errors.New("OIDC_CLIENT_SECRET_FILE is empty")
	}
	if !strings.HasPrefix(a.OIDCIssuer, "https://") && !strings.HasPrefix(a.OIDCIssuer, "http://127.0.0.1:") {
		return nil, errors.New("OIDC_ISSUER has to be an https address")
	}
	return &api.OIDC{Issuer: a.OIDCIssuer, ClientID: a.OIDCClientID, ClientSecret: strings.TrimSpace(string(secret))}, nil
}
