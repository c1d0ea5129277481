package webhooks

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Allowed are the receivers inside the house's own network that the operator has
// named: hosts and networks, each with a port. Nothing else that is not public may
// be called, and nothing on another port than 443.
type Allowed struct {
	hosts    []string // name:port
	networks []network
}

type network struct {
	netip.Prefix
	port string
}

// ParseAllowed reads a list between commas: `tichhop.hadong.vn`, `tichhop.hadong.vn:8443`,
// `10.20.0.0/16`, `10.20.0.0/16:8080`, `[fd00::/8]:8443`. Without a port it is 443.
func ParseAllowed(text string) (a Allowed, err error) {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		where, port := part, "443"
		if inside, ok := strings.CutPrefix(part, "["); ok {
			var after string
			where, after, _ = strings.Cut(inside, "]")
			if rest, ok := strings.CutPrefix(after, ":"); ok {
				port = rest
			}
		} else if host, p, ok := strings.Cut(part, ":"); ok && !strings.Contains(p, ":") {
			where, port = host, p
		}
		if _, err := netip.ParseAddrPort("192.0.2.1:" + port); err != nil {
			return a, fmt.Errorf("WEBHOOK_ALLOW: %q has no port that there is", part)
		}
		prefix, err := netip.ParsePrefix(where)
		if one, oneErr := netip.ParseAddr(where); oneErr == nil {
			prefix, err = netip.PrefixFrom(one, one.BitLen()), nil
		}
		switch {
		case err == nil:
			a.networks = append(a.networks, network{prefix.Masked(), port})
		case where == "" || strings.ContainsAny(where, "/ *@[]"):
			return a, fmt.Errorf("WEBHOOK_ALLOW: %q is neither a host nor a network", part)
		default:
			a.hosts = append(a.hosts, strings.ToLower(where)+":"+port)
		}
	}
	return a, nil
}

// host says whether a name is one that the operator has named, with its port.
func (a Allowed) host(name, port string) bool {
	return slices.Contains(a.hosts, strings.TrimSuffix(strings.ToLower(name), ".")+":"+port)
}

// anyNetwork says whether a port may be called in some network.
func (a Allowed) anyNetwork(port string) bool {
	return slices.ContainsFunc(a.networks, func(n network) bool { return n.port == port })
}

// literal says whether a host is an address of a network that the operator has named.
func (a Allowed) literal(host, port string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && a.within(addr, port)
}

func (a Allowed) within(addr netip.Addr, port string) bool {
	addr = addr.Unmap()
	return slices.ContainsFunc(a.networks, func(n network) bool { return n.port == port && n.Contains(addr) })
}

// address says whether a final address may be called: a public one on 443, or one
// of a network that the operator has named.
func (a Allowed) address(text string) bool {
	at, err := netip.ParseAddrPort(text)
	if err != nil {
		return false
	}
	return a.within(at.Addr(), fmt.Sprint(at.Port())) || at.Port() == 443 && public(at.Addr())
}

// notPublic are the networks of IPv4 that are nobody's out there (IANA's registry of
// special-purpose addresses, RFC 6890).
var notPublic = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	// Of IPv6, what lies in 2000::/3 and is none of a host: Teredo and others, documentation, 6to4.
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

// global is where all hosts of IPv6 lie that are somebody's out there. Mapped IPv4,
// NAT64, loopback, link-local, unique local and multicast lie outside.
var global = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) (out []netip.Prefix) {
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

func public(addr netip.Addr) bool {
	if addr.Zone() != "" {
		return false
	}
	addr = addr.Unmap()
	if slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return false
	}
	return addr.Is4() || global.Contains(addr)
}
