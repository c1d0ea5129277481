// Package sealed encrypts what is handed to Temporal, so that its tables, its
// pages and its backups hold nothing that can be read without the keys.
//
// A payload becomes AES-256-GCM over the whole of it, its encoding included.
// The name of the key stands beside it in clear; the workflow's id is
// authenticated along with it, so a payload that somebody moves from one
// document's history to another's cannot be opened there. Failures are sealed
// with their messages and stack traces. What is not a payload stays readable:
// ids, names of types and queues, error types, instants.
//
// Payloads that were written before there were keys stay readable. One that
// cannot be opened is an *Error. Inside a workflow it stops the workflow's task,
// which Temporal shows and tries again, so that documents wait for a missing key
// instead of ending, and no signal is dropped.
package sealed
