package pmtiles

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// File writes an archive on disk, and goes on where an interrupted one stopped. Until Finish, tiles are kept in PATH.part,
// after room for the header and the root directory, and what they are in PATH.part.log; Finish gives the archive its name.
type File struct {
	contents
	path  string
	tiles *os.File
	log   *os.File
	data  *bufio.Writer
	lines *bufio.Writer
	line  []byte
}

// The log begins with the sum of the job. Then it has a record for every tile: its ID, where it lies, how long it is, and its
// sum.
const (
	jobBytes    = sha256.Size
	recordBytes = 8 + 8 + 4 + len(sum{})
	recordSum   = 8 + 8 + 4
)

// How many tiles may be lost when the process is killed, and when the power goes.
const (
	flushEvery = 64
	syncEvery  = 4096
)

// OpenFile begins an archive that will have a path, or goes on with the one that was begun there for the same job: a text
// that says all that the tiles depend on. What was begun for another job is thrown away.
func OpenFile(path, job string) (*File, error) {
	f := &File{contents: newContents(), path: path}
	var err error
	if f.tiles, err = os.OpenFile(path+".part", os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, err
	}
	if f.log, err = os.OpenFile(path+".part.log", os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, errors.Join(err, f.tiles.Close())
	}
	if err := f.resume(sha256.Sum256([]byte(job))); err != nil {
		return nil, errors.Join(fmt.Errorf("go on with %s.part: %w", path, err), f.Close())
	}
	f.data, f.lines = bufio.NewWriterSize(f.tiles, 1<<20), bufio.NewWriterSize(f.log, 1<<16)
	return f, nil
}

// Done tells how many tiles there are, and the ID after the last: those before it need not be added again.
func (f *File) Done() (tiles, next uint64) { return f.addressed, f.next() }

// resume reads the log and cuts both files after the last tile that is whole in them.
func (f *File) resume(job [jobBytes]byte) error {
	info, err := f.tiles.Stat()
	if err != nil {
		return err
	}
	written := uint64(max(0, info.Size()-headBytes))
	log, err := io.ReadAll(f.log)
	if err != nil {
		return err
	}
	keep := int64(jobBytes)
	if len(log) >= jobBytes && bytes.Equal(log[:jobBytes], job[:]) {
		for rest := log[jobBytes:]; len(rest) >= recordBytes && f.replay(rest[:recordBytes], written); rest = rest[recordBytes:] {
			keep += int64(recordBytes)
		}
	} else if _, err := f.log.WriteAt(job[:], 0); err != nil {
		return err
	}
	for file, size := range map[*os.File]int64{f.log: keep, f.tiles: headBytes + int64(f.length)} {
		if err := file.Truncate(size); err != nil {
			return err
		}
		if _, err := file.Seek(size, io.SeekStart); err != nil {
			return err
		}
	}
	return nil
}

// replay enters a tile of the log, unless its bytes were not written or the record is none.
func (f *File) replay(record []byte, written uint64) bool {
	id, offset := binary.LittleEndian.Uint64(record), binary.LittleEndian.Uint64(record[8:])
	length := binary.LittleEndian.Uint32(record[16:])
	s := sum(record[recordSum:])
	known, there := f.known[s]
	if there && (known.offset != offset || known.length != length) || !there && (offset != f.length || offset+uint64(length) > written) {
		return false
	}
	_, err := f.add(id, s, int(length))
	return err == nil
}

// Add puts a tile into the archive, packed as About will say. Tiles come in the order of their IDs; empty ones are left out.
func (f *File) Add(id uint64, tile []byte) error {
	if len(tile) == 0 {
		return nil
	}
	s := sumOf(tile)
	isNew, err := f.add(id, s, len(tile))
	if err != nil {
		return err
	}
	if isNew {
		if _, err := f.data.Write(tile); err != nil {
			return err
		}
	}
	e := f.known[s]
	f.line = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(f.line[:0], id), e.offset)
	f.line = append(binary.LittleEndian.AppendUint32(f.line, e.length), s[:]...)
	if _, err := f.lines.Write(f.line); err != nil {
		return err
	}
	switch {
	case f.addressed%syncEvery == 0:
		return f.sync()
	case f.addressed%flushEvery == 0:
		return errors.Join(f.data.Flush(), f.lines.Flush())
	}
	return nil
}

// sync brings to the disk what was added: the tiles first, so that the log names none that is not there.
func (f *File) sync() error {
	return errors.Join(f.data.Flush(), f.tiles.Sync(), f.lines.Flush(), f.log.Sync())
}

// Finish writes directories, metadata and header and gives the archive its name. An archive without a tile is refused.
func (f *File) Finish(about About, metadata map[string]any) error {
	end, err := f.finish(about, metadata, headBytes)
	if err != nil {
		return err
	}
	if _, err := f.data.Write(append(end.metadata, end.leaves...)); err != nil {
		return err
	}
	if err := f.data.Flush(); err != nil {
		return err
	}
	if _, err := f.tiles.WriteAt(append(end.header.bytes(), end.root...), 0); err != nil {
		return err
	}
	if err := errors.Join(f.tiles.Sync(), f.tiles.Close(), f.log.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.path+".part", f.path); err != nil {
		return err
	}
	return os.Remove(f.path + ".part.log")
}

// Close stops before the end; what was added is kept to go on with.
func (f *File) Close() error {
	var err error
	if f.data != nil {
		err = f.sync()
	}
	return errors.Join(err, f.tiles.Close(), f.log.Close())
}
