package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"

	"github.com/gorilla/mux"
	"golang.org/x/text/unicode/norm"
)

// tus 1.0 (https://tus.io/protocols/resumable-upload), its core and the
// extensions creation, termination and expiration, written by hand: see
// docs/decisions/0016-files-wait-encrypted.md.
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,termination,expiration"
	pieceType     = "application/offset+octet-stream"
)

var (
	errTusVersion = &routing.Error{Fault: routing.Invalid, Code: "tus-version",
		Message: "Phần mềm gửi tệp dùng phiên bản giao thức khác (tus 1.0.0); hãy cập nhật phần mềm."}
	errUploadType = &routing.Error{Fault: routing.Invalid, Code: "upload-media-type",
		Message: "Một phần của tệp phải được gửi theo kiểu " + pieceType + "."}
)

// speaksTus sets what every answer has, and refuses another version.
func (s *server) speaksTus(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Tus-Resumable", tusVersion)
	if r.Header.Get("Tus-Resumable") == tusVersion {
		return true
	}
	w.Header().Set("Tus-Version", tusVersion)
	s.Refuse(w, r, errTusVersion)
	return false
}

func (s *server) describeUploads(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Tus-Resumable", tusVersion)
	h.Set("Tus-Version", tusVersion)
	h.Set("Tus-Extension", tusExtensions)
	h.Set("Tus-Max-Size", strconv.FormatInt(s.Desk.UploadLimits().Scan, 10))
	w.WriteHeader(http.StatusNoContent)
}

// createUpload makes room for a file.
func (s *server) createUpload(w http.ResponseWriter, r *http.Request) {
	if !s.speaksTus(w, r) {
		return
	}
	size, err := wholeNumber(r.Header, "Upload-Length")
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	about, err := uploadMetadata(r.Header.Values("Upload-Metadata"))
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	up, err := s.Desk.BeginUpload(r.Context(), gate.CallOf(r.Context()).Actor, routing.ID(about["document"]), about["filename"], size)
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	w.Header().Set("Location", base+"/uploads/"+string(up.ID))
	setUpload(w.Header(), up)
	writeJSON(w, http.StatusCreated, uploadAnswer(up))
}

// getUpload says where an upload stands.
func (s *server) getUpload(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Tus-Resumable", tusVersion)
	up, err := s.Desk.ShowUpload(r.Context(), gate.CallOf(r.Context()).Actor, routing.ID(mux.Vars(r)["id"]))
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	setUpload(w.Header(), up)
	writeJSON(w, http.StatusOK, uploadAnswer(up))
}

// appendUpload takes in the next piece. It counts among the files that an account
// has under way, but does not wait for a turn: a client comes again by itself.
func (s *server) appendUpload(w http.ResponseWriter, r *http.Request) {
	if !s.speaksTus(w, r) {
		return
	}
	if r.Header.Get("Content-Type") != pieceType {
		s.Refuse(w, r, errUploadType)
		return
	}
	offset, err := wholeNumber(r.Header, "Upload-Offset")
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	c := gate.CallOf(r.Context())
	if !s.uploading.begin(c.Actor.AccountID) {
		s.Refuse(w, r, errBusy)
		return
	}
	defer s.uploading.end(c.Actor.AccountID)
	gate.AllowFileTime(w)
	up, err := s.Desk.AppendUpload(r.Context(), c.Actor, routing.ID(mux.Vars(r)["id"]), offset, r.Body)
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	setUpload(w.Header(), up)
	if strings.Contains(r.Header.Get("Prefer"), "return=representation") {
		w.Header().Set("Preference-Applied", "return=representation")
		writeJSON(w, http.StatusOK, uploadAnswer(up))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// dropUpload ends an upload.
func (s *server) dropUpload(w http.ResponseWriter, r *http.Request) {
	if !s.speaksTus(w, r) {
		return
	}
	if err := s.Desk.DropUpload(r.Context(), gate.CallOf(r.Context()).Actor, routing.ID(mux.Vars(r)["id"])); err != nil {
		s.Refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// AttachUpload attaches what has come in whole.
func (s *server) AttachUpload(ctx context.Context, in contract.AttachUploadRequestObject) (contract.AttachUploadResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.AttachUpload(ctx, c.Actor, routing.ID(in.Body.DocumentID), routing.ID(in.ID), in.Body.Replaces, c.Request)
	return contract.AttachUpload200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// RemoveFile takes a file out.
func (s *server) RemoveFile(ctx context.Context, in contract.RemoveFileRequestObject) (contract.RemoveFileResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Detach(ctx, c.Actor, routing.ID(in.ID), in.Sha256, in.Body.Reason, c.Request)
	return contract.RemoveFile200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

func setUpload(h http.Header, up desk.Upload) {
	h.Set("Upload-Offset", strconv.FormatInt(up.Offset, 10))
	h.Set("Upload-Length", strconv.FormatInt(up.Size, 10))
	h.Set("Upload-Expires", up.Expires.Format(http.TimeFormat))
}

// wholeNumber reads a header that is there once and a number of digits.
func wholeNumber(h http.Header, name string) (int64, error) {
	values := h.Values(name)
	if len(values) != 1 || len(values[0]) > 18 || strings.Trim(values[0], "0123456789") != "" || values[0] == "" {
		return 0, badField(name, "phải là một số nguyên không âm")
	}
	return strconv.ParseInt(values[0], 10, 64)
}

// uploadMetadata reads the pairs that tell of a file: no name twice, each text
// valid UTF-8, in normal form C.
func uploadMetadata(values []string) (map[string]string, error) {
	bad := badField("Upload-Metadata", "không đúng quy cách tus, hoặc thiếu filename")
	about := map[string]string{}
	if len(values) != 1 {
		return nil, bad
	}
	for pair := range strings.SplitSeq(values[0], ",") {
		name, coded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		text, err := base64.StdEncoding.DecodeString(coded)
		_, twice := about[name]
		if err != nil || twice || name == "" || !utf8.Valid(text) || strings.ContainsRune(string(text), 0) {
			return nil, bad
		}
		about[name] = norm.NFC.String(string(text))
	}
	if about["filename"] == "" {
		return nil, bad
	}
	return about, nil
}

// uploadAnswer is an upload as its sender reads it.
func uploadAnswer(up desk.Upload) map[string]any {
	answer := map[string]any{"id": up.ID, "name": up.Name, "size": up.Size, "offset": up.Offset, "expires": up.Expires.Format(time.RFC3339), "whole": up.Whole}
	if up.DocumentID != "" {
		answer["documentId"] = up.DocumentID
	}
	if f := up.Found; f != nil {
		answer["found"] = map[string]any{
			"sha256": hex.EncodeToString(f.SHA256[:]), "mediaType": f.Kind, "flags": append([]string{}, f.Flags...), "suggestions": suggestionsAnswer(f),
			"notes": notesAnswer(f), "signature": f.Signature.State, "signatureSays": f.Signature.State.Sentence(), "signers": signersAnswer(f), "scan": scanAnswer(string(f.Scan.State), f.Scan.At, f.Scan.Engine),
		}
	}
	return answer
}

func idsOf(texts []string) []routing.ID {
	ids := make([]routing.ID, len(texts))
	for i, text := range texts {
		ids[i] = routing.ID(text)
	}
	return ids
}
