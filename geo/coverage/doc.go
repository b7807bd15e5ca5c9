// Package coverage assumes that members are the parts of one partition of the plane, on the grid of 1e-7 degrees: boundaries
// are shared where their vertices are equal, and every predicate is exact.
//
// All of it are views of one arrangement: the sides of all rings, each with its inside on the left, meet in edges with a
// left and a right member; edges bound faces; a face is covered by no member (a gap), by one, or by more (an overlap).
package coverage
