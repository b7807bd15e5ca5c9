//go:build !linux

package main

import (
	"errors"
	"syscall"
)

// endWithParent refuses: this system cannot promise that the database ends with the service.
func endWithParent(*syscall.SysProcAttr) error {
	return errors.New("the private database runs on Linux only: give a PostGIS server with --database or $DATABASE_URL")
}
