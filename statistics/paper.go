package statistics

import (
	"strings"
	"time"

	"congvan/calendar"
	"congvan/routing"
)

// Head is what stands above the lines of a printed report, and below them.
type Head struct {
	Layout Layout
	Period Period
	Above  string // the organ right above; empty at the top
	Organ  string // whose book it is
	UnitID routing.ID
	Filter []string  // what narrows it, in words
	At     time.Time // made; states are judged at it
	Author string    // title of who made it
	Lines  int       // there are; more than are handed over if it was cut
	Whole  bool      // all lines are handed over
}

// Row is a line with what it leads to.
type Row struct {
	Document routing.ID // empty: it is of none
	Unit     routing.ID // of a row of figures
	Sum      bool       // of all rows above it
	Cells    []string
}

// Paper takes a printed report as it comes: its head, groups and lines in turns,
// its end.
type Paper interface {
	Begin(Head) error
	Group(words string) error
	Line(Row) error
	End(sums string) error
}

// placeName is the địa danh of an organ by its name, for the line of place and day;
// empty if the name says none.
func placeName(organ string) string {
	for _, kind := range []string{"thành phố ", "quận ", "huyện ", "thị xã ", "phường ", "xã ", "thị trấn "} {
		if _, place, found := strings.Cut(strings.ToLower(organ), kind); found {
			return organ[len(organ)-len(place):]
		}
	}
	return ""
}

// Dated is the line of place and day, as NĐ 30/2020, Phụ lục I has it: days below
// 10 and the months January and February have a zero in front.
func (h Head) Dated() string {
	place := placeName(h.Organ)
	if place == "" {
		place = placeName(h.Above)
	}
	at := h.At.In(calendar.Location)
	month := at.Format("1")
	if at.Month() < time.March {
		month = at.Format("01")
	}
	words := "ngày " + at.Format("02") + " tháng " + month + " năm " + at.Format("2006")
	if place == "" {
		return strings.ToUpper(words[:1]) + words[1:]
	}
	return place + ", " + words
}

// Made says when the report was made, and by which clock.
func (h Head) Made() string {
	return "Lập lúc " + h.At.In(calendar.Location).Format("15:04 02/01/2006") + " (giờ Việt Nam, UTC+7)."
}

// The words of the head of an administrative report and of its end.
const (
	Nation   = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	Motto    = "Độc lập - Tự do - Hạnh phúc"
	Prepared = "NGƯỜI LẬP"
	Approved = "THỦ TRƯỞNG ĐƠN VỊ"
	ToSign   = "(Ký, ghi rõ họ tên)"
	Meanings = "Cách tính số liệu"
	Cut      = "Báo cáo dài hơn số dòng ở đây; hãy chọn kỳ ngắn hơn để có đủ."
)
