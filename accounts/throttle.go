package accounts

import "time"

// Count is how often something failed in a row, and when last.
type Count struct {
	N    int
	Last time.Time
}

// Forgets is after how long without another failure a count begins anew.
const Forgets = time.Hour

// At is the count as it is at an instant.
func (c Count) At(now time.Time) Count {
	if c.N < 0 || now.Sub(c.Last) > Forgets {
		return Count{}
	}
	return c
}

// Failures are what a login is judged by, before its password is looked at.
type Failures struct {
	// Device are those of this account on a device that it is known on.
	Device Count
	Known  bool
	// Pair are those of this account from this network, Network those of the
	// network with whatever account, Account those of the account from wherever;
	// all of them on devices that are not known.
	Pair, Network, Account Count
}

// slope says how failures turn into waiting: so many are free, the next costs
// first, and each step more of them doubles it, up to most.
type slope struct {
	free, step  int
	first, most time.Duration
}

var (
	// Five tries are free: a forgotten capital, a changed password, the wrong
	// keyboard. The tenth failure costs half a minute, the fifteenth a quarter of
	// an hour: some hundred guesses a day.
	ofPair   = slope{free: 5, step: 1, first: time.Second, most: 15 * time.Minute}
	ofDevice = slope{free: 10, step: 1, first: time.Second, most: 5 * time.Minute}
	// A town hall comes from one network: what thirty people mistype in a morning
	// is no attack. One password tried on many accounts (spraying) soon is.
	ofNetwork = slope{free: 40, step: 5, first: time.Second, most: 5 * time.Minute}
	// Many networks at one account: slowed, not locked, for its owner may be on a
	// new device.
	ofAccount = slope{free: 50, step: 10, first: time.Second, most: time.Minute}
)

func (s slope) wait(n int) time.Duration {
	if n < s.free {
		return 0
	}
	doubled := min((n-s.free)/s.step, 20)
	return min(s.first<<doubled, s.most)
}

// Wait says how long the next try still has to wait; zero: it may be made now.
// On a device that the account is known on, only what failed on that device
// counts: whatever others do elsewhere, they do not keep its owner out.
func (f Failures) Wait(now time.Time) time.Duration {
	if f.Known {
		return ofDevice.left(f.Device, now)
	}
	return max(ofPair.left(f.Pair, now), ofNetwork.left(f.Network, now), ofAccount.left(f.Account, now))
}

func (s slope) left(c Count, now time.Time) time.Duration {
	c = c.At(now)
	return max(0, s.wait(c.N)-max(0, now.Sub(c.Last)))
}

// Noted says whether the n-th failure in a row is written into the journal: the
// first, the fifth, the tenth, and then each time that they have doubled. A
// thousand guesses are nine lines.
func Noted(n int) bool {
	if n == 1 || n == 5 {
		return true
	}
	for n > 10 && n%2 == 0 {
		n /= 2
	}
	return n == 10
}
