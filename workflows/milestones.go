package workflows

import (
	"slices"

	"congvan/routing"
)

// milestones are news of one document, by Seq.
type milestones []routing.Milestone

func (ms milestones) has(kind routing.MilestoneKind) bool {
	return slices.ContainsFunc(ms, func(m routing.Milestone) bool { return m.Kind == kind })
}

// onlyRegistered says whether the document has just been registered and the
// desk has reckoned the alarm of its direction.
func (ms milestones) onlyRegistered() bool {
	return len(ms) == 1 && ms[0].Kind == routing.NewsRegistered && !ms[0].NextAlarm.IsZero()
}

// last is the newest Seq, seen if there is none.
func (ms milestones) last(seen int) int {
	if len(ms) == 0 {
		return seen
	}
	return ms[len(ms)-1].Seq
}
