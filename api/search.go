package api

import (
	"context"
	"encoding/hex"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// facetNames are the facets in the order in which they are told.
var facetNames = []postgres.FacetName{postgres.FacetType, postgres.FacetField, postgres.FacetIssuer, postgres.FacetYear, postgres.FacetUrgency, postgres.FacetStatus, postgres.FacetUnit}

// Search finds documents by words.
func (s *server) Search(ctx context.Context, in contract.SearchRequestObject) (contract.SearchResponseObject, error) {
	p := in.Params
	after, err := readDocumentCursor(p.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := s.Desk.Search(ctx, gate.CallOf(ctx).Actor, postgres.Search{Text: p.Q, After: after, Limit: limitOf(p.Limit), Faceted: p.Facets, Narrow: postgres.SearchNarrow{
		TypeName: p.Type, Field: p.Field, Issuer: p.Issuer, Year: p.Year, Urgency: routing.Urgency(p.Urgency), Status: routing.DocumentStatus(p.Status), Unit: routing.ID(p.Unit)}})
	if err != nil {
		return nil, err
	}
	page := contract.Search200JSONResponse{Items: answers(found.Hits, hitAnswer), Partial: found.Partial, Counted: found.Counted, Capped: found.Capped}
	if found.Next != "" {
		page.NextCursor = writeCursor(documentCursor, string(found.Next))
	}
	for _, name := range facetNames {
		for _, f := range found.Facets[name] {
			page.Facets = append(page.Facets, contract.SearchFacet{Name: contract.SearchFacetName(name), Value: f.Value, Count: f.Count})
		}
	}
	return page, nil
}

func hitAnswer(h postgres.SearchHit) contract.SearchHit {
	out := contract.SearchHit{Document: summaryAnswer(h.Document), Matches: []contract.SearchMatch{}}
	if h.Numbered {
		out.Matches = append(out.Matches, contract.SearchMatch{In: "number"})
	}
	if h.Itself {
		out.Matches = append(out.Matches, contract.SearchMatch{In: "document", Words: answers(h.Subject, pieceAnswer)})
	}
	if f := h.File; f != nil {
		out.Matches = append(out.Matches, contract.SearchMatch{In: "file", File: hex.EncodeToString(f.SHA256), Name: f.Name, Words: answers(f.Words, pieceAnswer)})
	}
	if w := h.Said; w != nil {
		out.Matches = append(out.Matches, contract.SearchMatch{In: "opinion", Kind: string(w.Kind), Unit: string(w.UnitID), At: w.At, Words: answers(w.Words, pieceAnswer)})
	}
	return out
}

func pieceAnswer(p postgres.Piece) contract.SearchPiece {
	return contract.SearchPiece{Text: p.Text, Marked: p.Marked}
}
