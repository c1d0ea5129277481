package api

import (
	"net"
	"net/http"
	"slices"
)

// getMetrics answers the machine itself and nobody else. What came through a
// proxy on this machine is somebody else.
func (s *server) getMetrics(w http.ResponseWriter, r *http.Request) {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	forwarded := slices.ContainsFunc([]string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"},
		func(name string) bool { return len(r.Header.Values(name)) > 0 })
	if ip == nil || !ip.IsLoopback() || forwarded {
		s.Refuse(w, r, errNoRoute)
		return
	}
	s.Figures.Handler.ServeHTTP(w, r)
}
