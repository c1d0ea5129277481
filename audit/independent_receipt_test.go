package audit_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"congvan/audit"
	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// indieReceipt checks a receipt by what docs/proof.md says of it.
func indieReceipt(text, key string) error {
	v, err := indieParse(text)
	if err != nil {
		return err
	}
	r, ok := v.(map[string]any)
	if !ok || r["form"] != "congvan/receipt/1" {
		return errors.New("no receipt")
	}
	signed, _ := r["head"].(string)
	head, err := indieOpen(signed, key)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(indieJSON(r["facts"])))
	if r["sha256"] != hex.EncodeToString(sum[:]) {
		return errors.New("sha256")
	}
	facts := r["facts"].(map[string]any)
	document, unit, account := facts["document"].(map[string]any), facts["unit"].(map[string]any), facts["account"].(map[string]any)
	found := map[any]bool{}
	for _, p := range r["proofs"].([]any) {
		p := p.(map[string]any)
		row := p["row"].(string)
		at, err := strconv.ParseInt(fmt.Sprint(p["leaf"]), 10, 64)
		if err != nil {
			return err
		}
		var path [][]byte
		list, _ := p["path"].([]any)
		for _, x := range list {
			hash, err := base64.StdEncoding.DecodeString(x.(string))
			if err != nil || len(hash) != 32 {
				return errors.New("path")
			}
			path = append(path, hash)
		}
		root, err := indieFollow(indieLeaf([]byte(row)), at, head.size, path)
		if err != nil || !bytes.Equal(root, head.root) {
			return errors.New("not in the log")
		}
		form, body, _ := strings.Cut(row, " ")
		object, err := indieParse(body)
		if err != nil {
			return err
		}
		x := object.(map[string]any)
		details := x["details"].(map[string]any)
		instant, err := time.Parse(time.RFC3339Nano, facts["receivedAt"].(string))
		if err != nil {
			return err
		}
		event := form == "event/1" && x["document_id"] == document["id"]
		switch {
		case form == "entry/1" && x["kind"] == "receipt-issued" && x["outcome"] == "done" && x["subject_id"] == facts["assignment"] && details["sha256"] == r["sha256"]:
			found["issued"] = true
		case event && x["kind"] == "acknowledged" && x["assignment_id"] == facts["assignment"] && x["unit_id"] == unit["id"] && x["actor_id"] == account["id"] &&
			x["at"] == instant.UTC().Format("2006-01-02T15:04:05.000000Z") && x["number"] == facts["number"] && x["year"] == facts["year"]:
			found["received"] = true
		case event && x["kind"] == "registered" && x["number"] == document["number"] && x["year"] == document["year"]:
			found["registered"] = true
		case event && x["kind"] == "attached":
			found[details["sha256"]] = true
		default:
			return errors.New("a row of something else")
		}
	}
	for _, f := range facts["files"].([]any) {
		if !found[f.(map[string]any)["sha256"]] {
			return errors.New("a file")
		}
	}
	if !found["issued"] || !found["received"] || !found["registered"] {
		return errors.New("incomplete")
	}
	return nil
}

// spoil changes one text or number somewhere in a value.
func spoil(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case map[string]any:
		var names []string
		for name := range v {
			if name != "keys" {
				names = append(names, name)
			}
		}
		sort.Strings(names)
		name := names[r.IntN(len(names))]
		v[name] = spoil(r, v[name])
		return v
	case []any:
		if len(v) == 0 {
			return v
		}
		if r.IntN(10) == 0 {
			return v[1:]
		}
		i := r.IntN(len(v))
		v[i] = spoil(r, v[i])
		return v
	case string:
		return flipText(r, v)
	case json.Number:
		n, _ := v.Int64()
		return json.Number(fmt.Sprint(n + 1 - 2*r.Int64N(2)))
	}
	return v
}

// A receipt and a thousand that were changed: both give the same answer, offline.
func TestTheIndependentReaderAgreesAboutReceipts_A14(t *testing.T) {
	t.Parallel()
	h := sealedHall(t)
	var document, share string
	require.NoError(t, h.store.DB().QueryRowContext(t.Context(), `SELECT document_id, id FROM assignments`).Scan(&document, &share))
	_, err := h.desk.Receipt(t.Context(), h.actor("vanthu.molao"), routing.ID(document), routing.ID(share))
	require.ErrorContains(t, err, "receipt-pending")
	h.seal()
	receipt, err := h.desk.Receipt(t.Context(), h.actor("vanthu.molao"), routing.ID(document), routing.ID(share))
	require.NoError(t, err)
	require.Len(t, receipt.Facts.Files, 1)
	text := compact(t, receipt)
	require.NoError(t, indieReceipt(text, h.publicKey()))
	head, err := receipt.Check(h.sealer.Anchors.Keys)
	require.NoError(t, err)
	require.NoError(t, receipt.CheckOnline(t.Context(), h.store, head))

	r, refused := rand.New(rand.NewPCG(14, 1)), 0
	for range 1000 {
		v, err := indieParse(text)
		require.NoError(t, err)
		changed := compact(t, spoil(r, v))
		ours, err := audit.ReadReceipt([]byte(changed))
		if err == nil {
			_, err = ours.Check(h.sealer.Anchors.Keys)
		}
		require.Equal(t, err == nil, indieReceipt(changed, h.publicKey()) == nil, "%v\n%s", err, changed)
		if err != nil {
			refused++
		}
	}
	require.Greater(t, refused, 950)

	h.sql(loosen)
	h.sql(`UPDATE events SET details = '{"x": 1}' WHERE kind = 'acknowledged'`)
	require.ErrorContains(t, receipt.CheckOnline(t.Context(), h.store, head), "is not what it was")
	h.sql(`DELETE FROM events WHERE kind = 'acknowledged'`)
	require.ErrorContains(t, receipt.CheckOnline(t.Context(), h.store, head), "is gone")
}
