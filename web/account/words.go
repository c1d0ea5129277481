package account

import (
	"context"
	"fmt"

	"congvan/desk"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
)

func factorWords(ctx context.Context, s desk.FactorState) string {
	switch {
	case s.Enrolled:
		return ui.T(ctx, "Đang dùng")
	case s.Needed:
		return ui.T(ctx, "Chưa dùng; chức vụ này phải dùng")
	default:
		return ui.T(ctx, "Chưa dùng")
	}
}

func network(ctx context.Context, n string) string {
	if n == "" {
		return ui.T(ctx, "chính máy chủ")
	}
	return n
}

func box(size int) string { return fmt.Sprintf("0 0 %d %d", size, size) }

// says speaks the reader's language.
func says(ctx context.Context) func(string, ...any) string {
	return func(sentence string, args ...any) string { return ui.T(ctx, sentence, args...) }
}

func scopeOptions(ctx context.Context) (out []inputs.Option) {
	for _, s := range routing.Scopes {
		out = append(out, inputs.Option{Value: string(s), Text: ui.T(ctx, ScopeName(s))})
	}
	return out
}
