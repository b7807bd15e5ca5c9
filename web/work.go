package web

import (
	"context"
	"sync"
)

// work is what goes on after its request was answered: one import run at a time, so that the rest of the service stays quick.
type work struct {
	ctx  context.Context
	stop context.CancelFunc
	runs sync.WaitGroup
	turn sync.Mutex
}

func newWork() *work {
	w := &work{}
	w.ctx, w.stop = context.WithCancel(context.Background())
	return w
}

// begin does something when those before it are done.
func (w *work) begin(do func(context.Context)) {
	w.runs.Go(func() {
		w.turn.Lock()
		defer w.turn.Unlock()
		do(w.ctx)
	})
}

// end stops what goes on and waits for it.
func (w *work) end() {
	w.stop()
	w.runs.Wait()
}
