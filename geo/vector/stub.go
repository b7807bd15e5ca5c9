package vector

import "errors"

func openShapeZip(s *source, o Options) (Reader, error)               { return nil, errors.New("x") }
func openShapeFile(s *source, path string, o Options) (Reader, error) { return nil, errors.New("x") }
func isPBF(head []byte) bool                                          { return false }
func openOSM(s *source, o Options) (Reader, error)                    { return nil, errors.New("x") }
