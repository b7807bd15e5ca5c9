package vector

import "errors"

func isPBF(head []byte) bool                       { return false }
func openOSM(s *source, o Options) (Reader, error) { return nil, errors.New("x") }
