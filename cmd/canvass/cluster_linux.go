package main

import "syscall"

// endWithParent makes the kernel send SIGINT, PostgreSQL's fast shutdown, when the thread that started the process ends in
// whatever way, kill -9 of this process included.
func endWithParent(attr *syscall.SysProcAttr) error {
	attr.Pdeathsig = syscall.SIGINT
	return nil
}
