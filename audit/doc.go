// Package audit proves afterwards what happened: it seals every row of the
// events and of the journal into one Merkle log (RFC 6962), signs the heads of
// its tree, keeps them outside of the database, and checks all of it again. What
// it writes is the log; the record itself it only reads.
//
// docs/proof.md describes the formats so exactly that they can be checked with
// another program; independent_test.go is one.
package audit
