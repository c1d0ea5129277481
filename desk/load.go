package desk

import (
	"fmt"

	"congvan/routing"
)

// loadSentence says in words how much is due at the recipients on the days that
// a draft would set: "3 phường đã có 12 việc đến hạn hôm đó."
func loadSentence(recipients []Expected) string {
	units, due, timed := 0, 0, 0
	kinds, days := map[routing.UnitKind]bool{}, map[string]bool{}
	for _, x := range recipients {
		if x.Recipient.Due.IsZero() || x.Unit.ID == "" {
			continue
		}
		timed++
		days[today(x.Recipient.Due)] = true
		if x.DueThatDay > 0 {
			units, due = units+1, due+x.DueThatDay
			kinds[x.Unit.Kind] = true
		}
	}
	when := "hôm đó"
	if len(days) > 1 {
		when = "vào đúng ngày hạn của mình"
	}
	switch {
	case timed == 0:
		return ""
	case due == 0:
		return fmt.Sprintf("Chưa nơi nào có việc khác đến hạn %s.", when)
	default:
		return fmt.Sprintf("%d %s đã có %d việc đến hạn %s.", units, kindWord(kinds), due, when)
	}
}

// kindWord is the word for units of these kinds.
func kindWord(kinds map[routing.UnitKind]bool) string {
	if len(kinds) == 1 {
		for kind := range kinds {
			switch kind {
			case routing.Ward:
				return "phường"
			case routing.Department:
				return "phòng, ban"
			}
		}
	}
	return "đơn vị"
}
