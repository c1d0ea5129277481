package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"congvan/postgres"
	"congvan/routing"
	"congvan/worker"
	"congvan/worker/sealed"
	"congvan/workflows"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/client"
)

// sentence is what a history may hold beside ids, instants, states and counts:
// summaries of counts and instants.
var sentence = regexp.MustCompile(`^(Văn bản đến số \d+/\d{4}|Chờ [^.;]{1,90}; nếu chưa có, đôn đốc lúc \d\d:\d\d:\d\d \d\d/\d\d/\d{4}|` +
	`Đã đôn đốc hết thang; vẫn chờ đơn vị thực hiện|Chuyển phần việc đến các đơn vị|Đôn đốc theo thang, tính hẹn kế tiếp|` +
	`(Rút|Kết thúc) các phần việc còn mở, (vì )?văn bản [^.;]{1,30}|Rút các phần việc còn mở vì văn bản bị thu hồi|letters after the end(-1)?)$`)

var word = regexp.MustCompile(`^[A-Za-z-]{0,30}$|^\d+$`)

// readHistories opens every history of the installation with its keys.
func (h *house) readHistories() {
	keys, err := sealed.ReadKeys(filepath.Join(h.root, "codec.keys"))
	require.NoError(h, err)
	temporal, err := client.Dial(client.Options{HostPort: h.info.TemporalGRPC, Logger: worker.Logger(quietLog())})
	require.NoError(h, err)
	defer temporal.Close()
	record := postgres.Open(h.info.DatabaseURL, 1)
	defer record.Close()
	h.await(func() bool {
		var waiting int
		require.NoError(h, record.DB().NewRaw("SELECT count(*) FROM outbox").Scan(h.Context(), &waiting))
		return waiting == 0
	})
	var documents []routing.ID
	require.NoError(h, record.DB().NewRaw("SELECT id FROM documents").Scan(h.Context(), &documents))
	require.GreaterOrEqual(h, len(documents), 3)
	read := 0
	for _, document := range documents {
		history, err := worker.History(h.Context(), temporal, keys, workflows.WorkflowID(document))
		require.NoError(h, err)
		require.NoError(h, proxy.VisitPayloads(context.Background(), history, proxy.VisitPayloadsOptions{
			Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
				for _, p := range payloads {
					var value any
					if len(p.Data) == 0 {
						continue
					}
					require.NoError(h, json.Unmarshal(p.Data, &value))
					h.onlyIDs(value)
					read++
				}
				return payloads, nil
			},
		}))
	}
	h.Logf("%d payloads of %d documents", read, len(documents))
	require.Greater(h, read, 50)
}

// dumpTemporal reads the rows of Temporal's databases as they are: what the
// workflows of documents carry is there, and none of it in clear.
func (h *house) dumpTemporal() {
	sealedRows := 0
	for _, database := range []string{"temporal", "temporal_visibility"} {
		u, err := url.Parse(h.info.DatabaseURL)
		require.NoError(h, err)
		u.Path = "/" + database
		password, err := os.ReadFile(filepath.Join(filepath.Dir(h.info.TokensFile), "postgres.temporal"))
		require.NoError(h, err)
		u.User = url.UserPassword("congvan_temporal", strings.TrimSpace(string(password))) // the owner of the record does not come in
		db := postgres.Open(u.String(), 1)
		defer db.Close()
		var columns []struct{ TableName, ColumnName, DataType string }
		require.NoError(h, db.DB().NewRaw(`SELECT table_name, column_name, data_type FROM information_schema.columns
			WHERE table_schema = 'public' AND data_type IN ('bytea', 'jsonb', 'text', 'character varying')`).Scan(h.Context(), &columns))
		require.Greater(h, len(columns), 10, database)
		for _, c := range columns {
			var rows []string
			require.NoError(h, db.DB().NewRaw(`SELECT encode(convert_to(?0::text, 'UTF8'), 'hex') FROM ?1`, bun.Ident(c.ColumnName), bun.Ident(c.TableName)).Scan(h.Context(), &rows))
			for _, row := range rows {
				text, err := hex.DecodeString(row)
				require.NoError(h, err)
				if c.DataType == "bytea" {
					text, err = hex.DecodeString(strings.TrimPrefix(string(text), "\\x"))
					require.NoError(h, err)
				}
				for _, clear := range []string{"Văn bản đến số", "đôn đốc", "DocumentID", "Milestones", "Recipients", harmless} {
					require.NotContains(h, string(text), clear, "%s.%s", c.TableName, c.ColumnName)
				}
				if bytes.Contains(text, []byte("binary/encrypted")) {
					sealedRows++
				}
			}
		}
	}
	require.Greater(h, sealedRows, 20, "are the payloads found at all?")
}

func (h *house) onlyIDs(value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			require.Regexp(h, `^[A-Za-z]+$`, name)
			h.onlyIDs(inner)
		}
	case []any:
		for _, inner := range v {
			h.onlyIDs(inner)
		}
	case string:
		_, notID := uuid.Parse(v)
		_, notInstant := time.Parse(time.RFC3339Nano, v)
		require.True(h, notID == nil || notInstant == nil || word.MatchString(v) || sentence.MatchString(v), "%q is in a history", v)
	}
}
