package web

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"canvass/areas"
)

// How often somebody may try to sign in: a name a few times and then every ten seconds; an address, behind which a whole
// office may sit, more often.
var (
	nameRate    = limit{every: 10 * time.Second, burst: 5}
	addressRate = limit{every: time.Second, burst: 60}
)

// mostKept bounds the memory of a throttle against made-up names.
const mostKept = 10_000

type limit struct {
	every time.Duration
	burst int
}

// throttle slows down whoever guesses passwords. It counts in this process alone.
type throttle struct {
	mu   sync.Mutex
	kept map[string]*rate.Limiter
}

func newThrottle() *throttle { return &throttle{kept: map[string]*rate.Limiter{}} }

// allow refuses, with how long to wait, when a name or an address has tried too often.
func (t *throttle) allow(name, address string) error {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	wait := max(t.wait("name "+strings.ToLower(name), nameRate, now), t.wait("address "+address, addressRate, now))
	if wait == 0 {
		return nil
	}
	seconds := strconv.Itoa(int((wait + time.Second - 1) / time.Second))
	return &refusal{
		status: statusOf[areas.Throttled], code: "too_many_attempts", header: http.Header{"Retry-After": {seconds}},
		text: areas.Text{ZH: "登录尝试过多,请在 " + seconds + " 秒后再试", EN: "too many attempts to sign in; try again in " + seconds + " seconds"},
	}
}

// wait takes one try from a limiter, or tells how long until there is one again.
func (t *throttle) wait(key string, l limit, now time.Time) time.Duration {
	limiter, ok := t.kept[key]
	if !ok {
		t.sweep(now)
		limiter = rate.NewLimiter(rate.Every(l.every), l.burst)
		t.kept[key] = limiter
	}
	if limiter.AllowN(now, 1) {
		return 0
	}
	return time.Duration((1 - limiter.TokensAt(now)) * float64(l.every))
}

// sweep forgets those who have waited long enough, once there are many; if all are busy, everybody starts anew.
func (t *throttle) sweep(now time.Time) {
	if len(t.kept) < mostKept {
		return
	}
	for key, limiter := range t.kept {
		if limiter.TokensAt(now) >= float64(limiter.Burst()) {
			delete(t.kept, key)
		}
	}
	if len(t.kept) >= mostKept {
		clear(t.kept)
	}
}
