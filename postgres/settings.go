package postgres

import (
	"context"
	"fmt"
)

// quiet are the settings with which a server writes no text of a document to
// its log: statements hold it as they are sent, an error's detail holds values.
// Several values: any of them will do.
var quiet = map[string][]string{
	"log_statement":                     {"none", "ddl"},
	"log_min_error_statement":           {"panic", "fatal"},
	"log_error_verbosity":               {"terse"},
	"log_min_duration_statement":        {"-1"},
	"log_min_duration_sample":           {"-1"},
	"log_transaction_sample_rate":       {"0"},
	"log_parameter_max_length":          {"0"},
	"log_parameter_max_length_on_error": {"0"},
	"debug_print_parse":                 {"off"},
	"debug_print_rewritten":             {"off"},
	"debug_print_plan":                  {"off"},
}

// Talkative lists the settings of the server by which text of documents could
// reach its log, as sentences for the administrator. None: it keeps quiet.
func (s *Store) Talkative(ctx context.Context) (found []string, err error) {
	rows := []struct{ Name, Setting string }{}
	err = s.db.NewRaw("SELECT name, setting FROM pg_settings WHERE name LIKE 'log\\_%' OR name LIKE 'debug\\_print\\_%' OR name = 'auto_explain.log_min_duration' ORDER BY name").Scan(ctx, &rows)
	if err != nil {
		return nil, failed("settings", err)
	}
	for _, row := range rows {
		allowed, known := quiet[row.Name]
		if row.Name == "auto_explain.log_min_duration" {
			allowed, known = []string{"-1"}, true
		}
		fine := !known
		for _, value := range allowed {
			fine = fine || value == row.Setting
		}
		if !fine {
			found = append(found, fmt.Sprintf("%s is %s and should be %s", row.Name, row.Setting, allowed[0]))
		}
	}
	return found, nil
}
