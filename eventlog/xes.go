package eventlog

import (
	"bufio"
	"encoding/xml"
	"io"
)

// transition is that of every event: an act is done at one instant.
const transition = "complete"

// xesLog writes XES as IEEE 1849 has it: a trace for each document. Strings are
// escaped by encoding/xml, which also takes out what XML cannot hold.
type xesLog struct {
	out *bufio.Writer
	err error
}

const xesHead = xml.Header + `<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00Z"/>
<string key="lifecycle:transition" value="complete"/>
<string key="org:resource" value=""/>
</global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Activity and resource" keys="concept:name org:resource"/>
<string key="concept:name" value="Công Văn"/>
<string key="lifecycle:model" value="standard"/>
`

func newXES(w io.Writer) (Log, error) {
	l := &xesLog{out: bufio.NewWriterSize(w, 32<<10)}
	l.text(xesHead)
	return l, l.err
}

// Case adds a trace.
func (l *xesLog) Case(c Case) error {
	roles := make(map[string]string, len(c.Shares))
	for _, s := range c.Shares {
		roles[s.ID] = s.Role
	}
	l.text("<trace>\n")
	l.attributes("concept:name", c.ID, "number", c.Number, "book", c.Book.Code, "type", c.Type, "urgency", c.Urgency, "channel", c.Channel, "status", c.Status)
	l.one("date", "registered", instant(c.Registered))
	for _, e := range c.Events {
		l.text("<event>\n")
		l.attributes("concept:name", e.Activity)
		l.one("date", "time:timestamp", instant(e.At))
		l.attributes("lifecycle:transition", transition, "org:resource", e.resource(), "org:role", e.Role, "org:group", e.Group.Code,
			"id", e.ID, "state", e.State, "unit", e.Unit.Code, "share", e.Share, "share-role", roles[e.Share], "direction", e.Direction)
		l.text("</event>\n")
	}
	l.text("</trace>\n")
	return l.err
}

// attributes writes pairs of key and value; what is empty is left out.
func (l *xesLog) attributes(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			l.one("string", pairs[i], pairs[i+1])
		}
	}
}

// one writes an attribute. Types and keys are the program's own.
func (l *xesLog) one(kind, key, value string) {
	l.text("<" + kind + ` key="` + key + `" value="`)
	if l.err == nil {
		l.err = xml.EscapeText(l.out, []byte(value))
	}
	l.text("\"/>\n")
}

func (l *xesLog) text(s string) {
	if l.err == nil {
		_, l.err = l.out.WriteString(s)
	}
}

// Again is never needed.
func (l *xesLog) Again() (bool, error) { return false, nil }

// Close ends the log.
func (l *xesLog) Close() error {
	l.text("</log>\n")
	if l.err != nil {
		return l.err
	}
	return l.out.Flush()
}
