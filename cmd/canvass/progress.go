package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// progress tells how far a long piece of work is, with its rate and the time left: on a terminal as one line that changes,
// elsewhere as a line now and then. It may be told by several at once.
type progress struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	title    string
	unit     string
	total    int64
	done     int64
	begun    time.Time
	told     time.Time
}

// newProgress begins a piece of work of about total units; 0 is not known.
func newProgress(out io.Writer, title, unit string, total int64) *progress {
	file, ok := out.(*os.File)
	terminal := false
	if ok {
		info, err := file.Stat()
		terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	now := time.Now()
	return &progress{out: out, terminal: terminal, title: title, unit: unit, total: total, begun: now, told: now}
}

// add counts n more units as done.
func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += int64(n)
	p.tell(false)
}

// set counts done units of total.
func (p *progress) set(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total = done, total
	p.tell(false)
}

// end tells the last figure and ends the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell(true)
}

// How often a figure is told on a terminal and elsewhere.
const (
	oftenOnTerminal = 100 * time.Millisecond
	oftenElsewhere  = 5 * time.Second
)

func (p *progress) tell(last bool) {
	often := oftenElsewhere
	if p.terminal {
		often = oftenOnTerminal
	}
	if !last && time.Since(p.told) < often {
		return
	}
	p.told = time.Now()
	line := p.line(last)
	switch {
	case p.terminal && last:
		fmt.Fprintf(p.out, "\r\x1b[K%s\n", line)
	case p.terminal:
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	default:
		fmt.Fprintln(p.out, line)
	}
}

// line is such as "buildings  ████░░░░  42 %  69 120 of 165 000  21 000/s  5 s left".
func (p *progress) line(last bool) string {
	took := time.Since(p.begun)
	rate := float64(p.done) / max(took.Seconds(), 0.001)
	if last {
		return fmt.Sprintf("%s: %s %s in %.1f s", p.title, spaced(p.done), p.unit, took.Seconds())
	}
	if p.total <= 0 {
		return fmt.Sprintf("%s: %s %s, %s/s", p.title, spaced(p.done), p.unit, spaced(int64(rate)))
	}
	share := min(float64(p.done)/float64(p.total), 1)
	const cells = 20
	full := int(share * cells)
	left := "?"
	if rate > 0 {
		left = fmt.Sprintf("%.0f", float64(p.total-p.done)/rate)
	}
	return fmt.Sprintf("%s %s%s %3.0f %%  %s of %s %s  %s/s  %s s left", p.title, strings.Repeat("█", full),
		strings.Repeat("░", cells-full), share*100, spaced(p.done), spaced(p.total), p.unit, spaced(int64(rate)), left)
}

// spaced writes a number with a narrow space between thousands.
func spaced(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
