package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// clockTicks is how many parts of a second Linux counts a process's time in, on every architecture that Go runs on.
const clockTicks = 100

// ownCPUSeconds is the processor time that this process took so far.
func ownCPUSeconds() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // it is one's own
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds()
}

// cpuSeconds is the processor time that a process and those it began took so far, where Linux tells: of those that have ended,
// what they took in all.
func cpuSeconds(pid int) (float64, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	taken, parents := map[int]int64{}, map[int]int{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		// 17 (postgres) S 1 …: after the name come state and parent; the times of its own and of ended children are the 12th to 15th.
		at := strings.LastIndexByte(string(text), ')')
		fields := strings.Fields(string(text[at+1:]))
		if at < 0 || len(fields) < 15 {
			return 0, fmt.Errorf("read %s: %q", path, text)
		}
		id, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			return 0, err
		}
		if parents[id], err = strconv.Atoi(fields[1]); err != nil {
			return 0, err
		}
		for _, field := range fields[11:15] {
			ticks, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return 0, err
			}
			taken[id] += ticks
		}
	}
	ticks := int64(0)
	for id := range taken {
		for up := id; up > 1; up = parents[up] {
			if up == pid {
				ticks += taken[id]
				break
			}
		}
	}
	return float64(ticks) / clockTicks, nil
}
