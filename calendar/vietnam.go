package calendar

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"io"
	"slices"
	"sync"
)

//go:embed vietnam.csv
var vietnamCSV []byte

var csvHeader = []string{"date", "kind", "reason", "source"}

var vietnam = sync.OnceValue(func() *Calendar {
	exceptions, err := ParseCSV(bytes.NewReader(vietnamCSV))
	if err != nil {
		panic(err) // cannot happen: a test reads the embedded file
	}
	c, err := New(exceptions)
	if err != nil {
		panic(err)
	}
	return c
})

// Vietnam returns the calendar of public offices for 2024 to 2027, embedded
// from vietnam.csv. A day whose notice has not been seen says so in its source:
// "chưa kiểm chứng" where a date is known but unverified, "chưa có thông báo
// chính thức" where nothing is published and the day is reckoned from the law
// (all of 2027). Outside these years it knows the weekly rule only.
func Vietnam() *Calendar { return vietnam() }

// ParseCSV reads exceptions from a table with the header
// "date,kind,reason,source": date as 2006-01-02, kind off or worked. It returns
// an [*Error] with [BadException] for a table that cannot be read and [BadDate]
// for a date that is none; double dates are for [New] to find.
func ParseCSV(r io.Reader) ([]Exception, error) {
	table := csv.NewReader(r)
	table.FieldsPerRecord = len(csvHeader)
	rows, err := table.ReadAll()
	if err != nil {
		return nil, refuse(BadException, Date{}, "Không đọc được bảng ngày nghỉ: %v.", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], csvHeader) {
		return nil, refuse(BadException, Date{}, "Dòng đầu của bảng ngày nghỉ phải là date,kind,reason,source.")
	}
	exceptions := make([]Exception, 0, len(rows)-1)
	for _, row := range rows[1:] {
		date, err := Parse(row[0])
		if err != nil {
			return nil, err
		}
		exceptions = append(exceptions, Exception{Date: date, Kind: DayKind(row[1]), Reason: row[2], Source: row[3]})
	}
	return exceptions, nil
}
