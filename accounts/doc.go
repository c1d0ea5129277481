// Package accounts is what logging in rests on: how passwords are kept and which
// are refused, one-time codes, recovery codes, the secrets of sessions, and how
// long who has to wait after failures.
//
// It knows no database and no HTTP, and it never asks for the time: the instant
// is always an argument. What it keeps in memory is the places for hashing, for
// that is what a flood of logins would exhaust.
package accounts
