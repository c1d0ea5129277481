package mailsink_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	netsmtp "net/smtp"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/mailsink"
)

func get(t *testing.T, address, host string) (int, string) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	if host != "" {
		request.Host = host
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

func TestTheSinkShowsWhatItTook(t *testing.T) {
	t.Parallel()
	post, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	page, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	sink, ctx := new(mailsink.Sink), t.Context()
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error)
	go func() { ended <- sink.Serve(ctx, post, page) }()
	base := "http://" + page.Addr().String()
	for i := range mailsink.Kept + 1 {
		letter := fmt.Sprintf("Message-ID: <%d@x>\r\nSubject: =?utf-8?q?=C4=90=C3=B4n_%d?=\r\n\r\nChào <b>", i, i)
		require.NoError(t, netsmtp.SendMail(post.Addr().String(), nil, "a@b.vn", []string{"c@d.vn"}, []byte(letter)))
	}
	mails := sink.Mails()
	require.Len(t, mails, mailsink.Kept, "the oldest is gone")
	require.Equal(t, "Đôn 500", mails[0].Subject)
	require.Equal(t, "<500@x>", mails[0].ID)
	status, text := get(t, base+"/", "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, text, "Đôn 500")
	status, text = get(t, fmt.Sprintf("%s/%d", base, mails[0].Number), "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, text, "Chào &lt;b&gt;")
	status, _ = get(t, base+"/1", "")
	require.Equal(t, http.StatusNotFound, status)
	status, _ = get(t, base+"/", "elsewhere.example")
	require.Equal(t, http.StatusForbidden, status)
	stop()
	require.NoError(t, <-ended)
}

// It is no open relay.
func TestTheSinkListensHereOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "example.com:25"} {
		require.Error(t, mailsink.Run(t.Context(), address, "127.0.0.1:0"), address)
		require.Error(t, mailsink.Run(t.Context(), "127.0.0.1:0", address), address)
	}
	recorder := httptest.NewRecorder()
	new(mailsink.Sink).Page().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/readyz", nil))
	require.Equal(t, http.StatusOK, recorder.Code)
}
