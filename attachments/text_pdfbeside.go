package attachments

import (
	"context"
	"path"
	"strings"

	"github.com/ledongthuc/pdf"
)

// maxBeside is how many things a PDF may hold beside its pages that are looked at.
const maxBeside = 5000

// readBeside reads what a program shows of a PDF beside its pages: the outline,
// what a form was filled in with, the names of attached files and of layers.
func (x *pdfReading) readBeside(ctx context.Context, root pdf.Value) {
	t := &tree{ctx: ctx, left: maxBeside, tell: func(v pdf.Value) {
		if v.Kind() == pdf.String {
			x.beside = append(x.beside, v.Text())
		}
	}}
	t.outline(root.Key("Outlines").Key("First"), 0)
	t.fields(root.Key("AcroForm").Key("Fields"), 0)
	t.files(root.Key("Names").Key("EmbeddedFiles"), 0, func(name string) {
		x.beside = append(x.beside, strings.TrimSuffix(name, path.Ext(name)))
	})
	layers := root.Key("OCProperties").Key("OCGs")
	for i := range t.few(layers) {
		t.tell(layers.Index(i).Key("Name"))
	}
}

// tree walks through trees that may turn back into themselves.
type tree struct {
	ctx  context.Context
	left int
	tell func(pdf.Value)
}

// few is how many elements of an array may still be looked at.
func (t *tree) few(array pdf.Value) int {
	if t.ctx.Err() != nil {
		return 0
	}
	n := min(array.Len(), t.left)
	t.left -= n
	return n
}

func (t *tree) outline(v pdf.Value, depth int) {
	for ; v.Kind() == pdf.Dict && t.left > 0 && depth < maxFormDepth && t.ctx.Err() == nil; v = v.Key("Next") {
		t.left--
		t.tell(v.Key("Title"))
		t.outline(v.Key("First"), depth+1)
	}
}

func (t *tree) fields(array pdf.Value, depth int) {
	for i := range t.few(array) {
		field := array.Index(i)
		t.tell(field.Key("V"))
		if depth < maxFormDepth {
			t.fields(field.Key("Kids"), depth+1)
		}
	}
}

func (t *tree) files(node pdf.Value, depth int, name func(string)) {
	names, kids := node.Key("Names"), node.Key("Kids")
	for i := range t.few(names) {
		file := names.Index(i)
		t.tell(file.Key("Desc"))
		for _, key := range []string{"UF", "F"} {
			if v := file.Key(key); v.Kind() == pdf.String {
				name(v.Text())
			}
		}
	}
	for i := range t.few(kids) {
		if depth < maxFormDepth {
			t.files(kids.Index(i), depth+1, name)
		}
	}
}
