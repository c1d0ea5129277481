package register_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
	"unicode/utf8"

	"congvan/web/webtest"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// clerk is somebody at a keyboard, whose keys are counted.
type clerk struct {
	*webtest.Tab
	w    *webtest.World
	keys int
}

func atKeyboard(t *testing.T, look webtest.Look) *clerk { return inWorld(webtest.New(t), look) }

func inWorld(w *webtest.World, look webtest.Look) *clerk {
	c := &clerk{Tab: w.Tab(look), w: w}
	c.LogIn("vanthu.quan", webtest.Password)
	c.Open("/register")
	if !look.NoScript {
		c.Wait("[data-registers=ready]")
	}
	return c
}

// types presses one key after the other, as a keyboard does: what a page keeps from
// happening at the press writes nothing. Letters that no single key has are put in.
func (c *clerk) types(text string) {
	c.Helper()
	for _, r := range text {
		c.press(r)
	}
}

func (c *clerk) enter() { c.Helper(); c.types(kb.Enter) }

func (c *clerk) chord(key string, with ...input.Modifier) {
	c.Helper()
	c.keys += len(with)
	r, _ := utf8.DecodeRuneInString(key)
	c.press(r, with...)
}

func (c *clerk) press(r rune, with ...input.Modifier) {
	c.Helper()
	c.keys++
	k, known := kb.Keys[r]
	if !known {
		c.Do(input.InsertText(string(r)))
		return
	}
	var held input.Modifier
	for _, m := range with {
		held |= m
	}
	down := input.DispatchKeyEvent(input.KeyDown).WithKey(k.Key).WithCode(k.Code).WithWindowsVirtualKeyCode(k.Windows).WithNativeVirtualKeyCode(k.Native).WithModifiers(held)
	if k.Print && held == 0 {
		down = down.WithText(k.Text).WithUnmodifiedText(k.Unmodified)
	}
	up := input.DispatchKeyEvent(input.KeyUp).WithKey(k.Key).WithCode(k.Code).WithWindowsVirtualKeyCode(k.Windows).WithNativeVirtualKeyCode(k.Native).WithModifiers(held)
	c.Do(down, up)
}

func (c *clerk) focus() (id string) {
	c.Helper()
	c.Eval(`(document.activeElement && (document.activeElement.id || document.activeElement.name)) || ""`, &id)
	return id
}

// comesTo waits until a field has the focus.
func (c *clerk) comesTo(id string) {
	c.Helper()
	require.Eventually(c, func() bool { return c.focus() == id }, 10*time.Second, 20*time.Millisecond, id)
}

func (c *clerk) drafts() (n int) {
	c.Helper()
	c.Eval(`Object.keys(localStorage).filter((x) => x.startsWith("congvan-register")).length`, &n)
	return n
}

// declares reaches the declaration from wherever the focus is, makes it and registers.
func (c *clerk) declares(number int) {
	c.Helper()
	c.chord(kb.Enter, input.ModifierCtrl)
	require.Equal(c, "f-secrecy", c.focus(), "what is missing has the focus")
	c.types(" ")
	c.chord(kb.Enter, input.ModifierCtrl)
	c.Says(fmt.Sprintf("Đã vào sổ: số đến %d/2026", number))
	c.comesTo("f-codeNumber")
	c.Wait("[data-registers=ready]")
}

// A pile of letters by keyboard alone: by hand, every third with a file, and every
// tenth one that was there already. SIXTY=60 measures a morning; every run tries ten.
func TestAMorningOfLettersByKeyboard(t *testing.T) {
	t.Parallel()
	n, _ := strconv.Atoi(os.Getenv("SIXTY"))
	c := atKeyboard(t, webtest.Wide)
	c.types("UBND Thành phố Hà Nội")
	c.enter()
	measured := map[string]*figures{"by hand": {}, "with a file": {}, "twins": {}}
	for i := range max(n, 10) {
		began, before, how := time.Now(), c.keys, "by hand"
		switch {
		case i%3 == 2:
			how = "with a file"
			c.bringsLetter(i)
			c.types(" ")
			c.chord(kb.Enter, input.ModifierCtrl)
			c.Says(fmt.Sprintf("Đã vào sổ: số đến %d/2026", i+1))
		case i%10 == 7:
			how = "twins"
			c.typesTwin(i)
			c.declares(i + 1)
		default:
			c.typesLetter(i)
			c.declares(i + 1)
		}
		m := measured[how]
		m.documents, m.keys, m.took = m.documents+1, m.keys+c.keys-before, m.took+time.Since(began)
	}
	c.HasNoErrors()
	for how, m := range measured {
		t.Logf("%s: %d documents, %.1f keys and %.2f s of the machine each", how, m.documents, float64(m.keys)/float64(m.documents), m.took.Seconds()/float64(m.documents))
	}
}

type figures struct {
	documents, keys int
	took            time.Duration
}

// typesTwin types a letter that is there already, sees it, and says why it comes again.
func (c *clerk) typesTwin(i int) {
	c.Helper()
	c.types("100/UBND-KGVX")
	c.Wait(".twin-list")
	c.enter()
	c.enter()
	require.Equal(c, "f-duplicateReason", c.focus(), "beside the twin")
	c.types("Bản giấy đến sau")
	c.enter()
	c.enter()
	c.types(fmt.Sprintf("V/v rà soát hộ nghèo, bản giấy %d", i))
}

// typesLetter types what differs from the letter before.
func (c *clerk) typesLetter(i int) {
	c.Helper()
	if i == 0 {
		c.types("100/UBND-KGVX")
		c.enter()
		c.types("20/11")
		c.enter()
		c.types("Công văn")
		c.enter()
	} else {
		c.types(fmt.Sprintf("%d/UBND-KGVX", 100+i))
		c.enter()
		c.enter() // the day stays
		c.enter() // so does the type
	}
	require.Equal(c, "f-subject", c.focus())
	c.types(fmt.Sprintf("V/v rà soát hộ nghèo đợt %d", i))
}

// bringsLetter chooses a file.
func (c *clerk) bringsLetter(i int) {
	c.Helper()
	path := filepath.Join(c.TempDir(), fmt.Sprintf("%d.pdf", i))
	lines := append([]string{}, paper...)
	lines[2] = fmt.Sprintf("Số: %d/UBND-NC\tHà Nội, ngày 20 tháng 11 năm 2026", 2000+i)
	require.NoError(c, os.WriteFile(path, pdf(c, lines...), 0o600))
	c.Do(chromedp.SetUploadFiles("#f-file", []string{path}, chromedp.ByQuery))
	c.Wait(".file")
	c.comesTo("f-secrecy") // everything is there: only the declaration is missing
}

func TestALostLineLosesNothing(t *testing.T) {
	t.Parallel()
	c := atKeyboard(t, webtest.Wide)
	c.types("UBND Thành phố Hà Nội")
	c.enter()
	c.typesLetter(0)
	c.chord(kb.Enter, input.ModifierCtrl)
	c.types(" ")
	c.w.Cut(true)
	c.chord(kb.Enter, input.ModifierCtrl)
	c.Says("Mất mạng: chưa biết văn bản đã vào sổ hay chưa")
	require.Equal(t, 1, c.drafts())
	c.w.Cut(false)

	c.Open("/register") // the tab was closed meanwhile
	c.Wait("[data-registers=ready]")
	c.Says("Có bản nháp chưa ghi")
	c.Press("[data-draft=restore]")
	var typed string
	c.Eval(`document.getElementById("f-subject").value + document.getElementById("f-secrecy").checked`, &typed)
	require.Equal(t, "V/v rà soát hộ nghèo đợt 0false", typed, "what was typed is there, what was declared is not")
	c.declares(1)
	require.Zero(t, c.drafts(), "registered: no draft is left")
	c.HasNoErrors()
}

func TestOfAStateSecretNoDraftStays_M01(t *testing.T) {
	t.Parallel()
	c := atKeyboard(t, webtest.Wide)
	c.types("Sở Y tế")
	c.enter()
	c.types("1/SYT\r\rCông văn\rĐộ mật: Tối mật")
	c.chord(kb.Enter, input.ModifierCtrl)
	c.types(" ")
	require.Eventually(t, func() bool { return c.drafts() == 1 }, 5*time.Second, 20*time.Millisecond)
	c.chord(kb.Enter, input.ModifierCtrl)
	c.Says("Không được đưa văn bản bí mật nhà nước vào hệ thống")
	require.Zero(t, c.drafts())
	var left string
	c.Eval(`[...document.querySelectorAll("#register-form input:not([type=hidden]):not([type=radio]):not([type=checkbox]), #f-subject")].map((x) => x.value).join("")`, &left)
	require.Empty(t, left)
}

func TestLoggingOutTakesTheDraftAlong(t *testing.T) {
	t.Parallel()
	c := atKeyboard(t, webtest.Wide)
	c.types("Sở Y tế")
	c.enter()
	c.types("1/SYT")
	require.Eventually(t, func() bool { return c.drafts() == 1 }, 5*time.Second, 20*time.Millisecond)
	c.Open("/")
	c.Press(".reader summary")
	c.Press("form[action='/logout'] button")
	c.Wait("#f-username")
	require.Zero(t, c.drafts())
}

func TestNoKeyWorksWhileTelexComposes(t *testing.T) {
	t.Parallel()
	c := atKeyboard(t, webtest.Wide)
	press := `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", isComposing: %t, bubbles: true, cancelable: true}))`
	c.Eval(fmt.Sprintf(press, true), nil)
	require.Equal(t, "f-issuer", c.focus())
	c.Eval(fmt.Sprintf(press, false), nil)
	require.Equal(t, "f-codeNumber", c.focus())
	c.types("7/UBND")
	require.Equal(t, "f-codeNotation", c.focus(), "a slash goes to the notation")
	c.enter()
	c.types("5/2")
	c.enter()
	var day string
	c.Eval(`document.getElementById("f-issuedOn").value`, &day)
	require.Equal(t, "05/02/2026", day)
	c.types("Giấy mời\rV/v họp\r")
	c.types("3")
	var urgency string
	c.Eval(`document.querySelector("[name=urgency]:checked").value`, &urgency)
	require.Equal(t, "very-urgent", urgency)
}

func TestAFileGoesOnAfterALostLine(t *testing.T) {
	t.Parallel()
	c := atKeyboard(t, webtest.Wide)
	c.types("Tôi đã gõ")
	path := filepath.Join(t.TempDir(), "128.pdf")
	require.NoError(t, os.WriteFile(path, pdf(t, paper...), 0o600))
	c.w.Cut(true)
	c.Do(chromedp.SetUploadFiles("#f-file", []string{path}, chromedp.ByQuery))
	c.Says("chờ mạng, sẽ gửi tiếp")
	c.w.Cut(false)
	c.Eval(`dispatchEvent(new Event("online"))`, nil)
	c.Wait(".file")
	c.Says("từ dòng: “Số: 128/UBND-KGVX")
	field := func(name string) (value string) {
		c.Eval(`document.getElementById("f-`+name+`").value`, &value)
		return value
	}
	require.Equal(t, "Tôi đã gõ", field("issuer"), "never overwritten")
	require.Equal(t, "128", field("codeNumber"))
	c.Do(chromedp.Focus("#f-issuer", chromedp.ByQuery))
	c.types(kb.F2)
	require.Equal(t, "UBND THÀNH PHỐ HÀ NỘI", field("issuer"))
	c.HasNoErrors()
}

func TestTheFormInEveryLook(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for name, look := range map[string]webtest.Look{"wide": webtest.Wide, "phone": webtest.Phone, "dark": {Width: 1600, Height: 900, Dark: true}, "plain": {NoScript: true}} {
		c := inWorld(w, look)
		path := filepath.Join(t.TempDir(), "128.pdf")
		require.NoError(t, os.WriteFile(path, pdf(t, paper...), 0o600))
		c.Do(chromedp.SetUploadFiles("#f-file", []string{path}, chromedp.ByQuery))
		if look.NoScript {
			c.Press("button[value=read]")
		}
		c.Wait(".file")
		c.Says("từ dòng: “Số: 128/UBND-KGVX")
		c.Fits()
		c.Picture("register-" + name)
		if !look.NoScript {
			c.IsAccessible()
		}
		c.HasNoErrors()
	}
}
