// Package pmtiles assumes that an archive is written once and then only read: it writes and reads PMTiles version 3, one file
// that holds a pyramid of tiles (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md).
//
//	header 127 bytes │ root directory │ … │ tiles, leaf directories, metadata wherever the header says
//
// Tiles are known by ID: their place on the Hilbert curves of all zooms, one after the other. They are written in that order
// (the archive is clustered), equal ones once, and stretches of equal neighbours as one entry. Directories and metadata are
// packed with gzip; tiles are kept as they are given.
//
// File writes an archive on disk and goes on where it was interrupted. Builder makes a small one in memory. Reader reads
// both, and other people's.
package pmtiles
