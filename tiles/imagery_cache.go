package tiles

import (
	"container/list"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// pictures keeps imagery as files in a directory, up to a budget: those that nobody asked for the longest go first. Which was
// asked for last is known while the process runs; after that the older file counts as the older use.
type pictures struct {
	dir    string
	budget int64

	once  sync.Once
	mu    sync.Mutex
	bytes int64
	files map[string]*list.Element
	order list.List // of *pictureFile, the latest used in front
}

type pictureFile struct {
	key  string // source/z/x/y
	size int64
	at   time.Time // when it was fetched
}

// find gives what is kept under a key and when it was fetched, or nil.
func (p *pictures) find(key string) ([]byte, time.Time) {
	p.once.Do(p.load)
	p.mu.Lock()
	e := p.files[key]
	if e == nil {
		p.mu.Unlock()
		return nil, time.Time{}
	}
	p.order.MoveToFront(e)
	at := e.Value.(*pictureFile).at
	p.mu.Unlock()
	b, err := os.ReadFile(p.path(key))
	if err != nil {
		p.forget(key) // somebody took it away
		return nil, time.Time{}
	}
	return b, at
}

// keep writes a picture, whole or not at all, and makes room for it.
func (p *pictures) keep(key string, picture []byte) error {
	p.once.Do(p.load)
	if int64(len(picture)) > p.budget {
		return nil
	}
	path := p.path(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".part-")
	if err != nil {
		return err
	}
	_, err = part.Write(picture)
	err = errors.Join(err, part.Close())
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	p.forget(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.note(&pictureFile{key, int64(len(picture)), time.Now()})
	return p.shrink()
}

func (p *pictures) path(key string) string { return filepath.Join(p.dir, filepath.FromSlash(key)) }

func (p *pictures) note(f *pictureFile) {
	p.files[f.key] = p.order.PushFront(f)
	p.bytes += f.size
}

func (p *pictures) forget(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.files[key]; e != nil {
		p.drop(e)
	}
}

func (p *pictures) drop(e *list.Element) {
	f := e.Value.(*pictureFile)
	p.order.Remove(e)
	delete(p.files, f.key)
	p.bytes -= f.size
}

// shrink takes files away until the rest is within the budget.
func (p *pictures) shrink() error {
	for p.bytes > p.budget {
		e := p.order.Back()
		f := e.Value.(*pictureFile)
		p.drop(e)
		if err := os.Remove(p.path(f.key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// load finds what an earlier process kept, and takes away what it left half written. What cannot be read is as good as not there.
func (p *pictures) load() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files = map[string]*list.Element{}
	var found []*pictureFile
	_ = filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if strings.HasPrefix(d.Name(), ".part-") {
			_ = os.Remove(path)
			return nil
		}
		if about, err := d.Info(); err == nil {
			if key, err := filepath.Rel(p.dir, path); err == nil {
				found = append(found, &pictureFile{filepath.ToSlash(key), about.Size(), about.ModTime()})
			}
		}
		return nil
	})
	slices.SortFunc(found, func(a, b *pictureFile) int { return a.at.Compare(b.at) })
	for _, f := range found {
		p.note(f)
	}
	_ = p.shrink()
}
