package audit

// SignHead signs a head as the sealer does.
var SignHead = func(h Head, s *Sealer) (string, error) { return sign(h.text(), s.Key) }
