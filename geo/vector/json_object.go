package vector

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// cursor goes over the bytes of one JSON value.
type cursor struct {
	b []byte
	i int
}

func (c *cursor) blank() {
	for c.i < len(c.b) {
		switch c.b[c.i] {
		case ' ', '\t', '\r', '\n':
			c.i++
		default:
			return
		}
	}
}

// next skips blanks and tells what stands there; 0 at the end.
func (c *cursor) next() byte {
	c.blank()
	if c.i == len(c.b) {
		return 0
	}
	return c.b[c.i]
}

func (c *cursor) expect(want byte) error {
	if got := c.next(); got != want {
		return c.unexpected(printable(want))
	}
	c.i++
	return nil
}

func (c *cursor) unexpected(want string) error {
	if c.i >= len(c.b) {
		return fmt.Errorf("it ends where %s is awaited", want)
	}
	return fmt.Errorf("%q stands where %s is awaited", printable(c.b[c.i]), want)
}

// members calls do with each member of an object: its name and the bytes of its value.
func (c *cursor) members(do func(name, value []byte) error) error {
	if err := c.expect('{'); err != nil {
		return err
	}
	if c.next() == '}' {
		c.i++
		return nil
	}
	for {
		name, err := c.quoted()
		if err != nil {
			return err
		}
		if err := c.expect(':'); err != nil {
			return err
		}
		value, err := c.value()
		if err != nil {
			return err
		}
		if err := do(name, value); err != nil {
			return err
		}
		switch c.next() {
		case ',':
			c.i++
		case '}':
			c.i++
			return nil
		default:
			return c.unexpected("a comma or the object's end")
		}
	}
}

// elements calls do with the bytes of each element of an array.
func (c *cursor) elements(do func(value []byte) error) error {
	if err := c.expect('['); err != nil {
		return err
	}
	if c.next() == ']' {
		c.i++
		return nil
	}
	for {
		value, err := c.value()
		if err != nil {
			return err
		}
		if err := do(value); err != nil {
			return err
		}
		switch c.next() {
		case ',':
			c.i++
		case ']':
			c.i++
			return nil
		default:
			return c.unexpected("a comma or the array's end")
		}
	}
}

// quoted takes a string, with its quotes off and its escapes as they stand.
func (c *cursor) quoted() ([]byte, error) {
	if c.next() != '"' {
		return nil, c.unexpected("a name in quotes")
	}
	end := stringEnd(c.b, c.i+1)
	if end < 0 {
		return nil, errors.New("a text has no closing quote")
	}
	out := c.b[c.i+1 : end-1]
	c.i = end
	return out, nil
}

// stringEnd is the place behind a string's closing quote; -1 if there is none.
func stringEnd(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
		i++
	}
	return -1
}

// value takes the bytes of one value: arrays and objects by their brackets, without looking into them.
func (c *cursor) value() ([]byte, error) {
	b := c.next()
	start := c.i
	var err error
	switch b {
	case '"':
		_, err = c.quoted()
	case '{', '[':
		err = c.brackets()
	default:
		for c.i < len(c.b) && strings.IndexByte(" \t\r\n,]}:\"[{", c.b[c.i]) < 0 {
			c.i++
		}
		if start == c.i {
			err = c.unexpected("a value")
		}
	}
	if err != nil {
		return nil, err
	}
	return c.b[start:c.i], nil
}

// brackets skips an array or an object.
func (c *cursor) brackets() error {
	var nest []byte
	for c.i < len(c.b) {
		b := c.b[c.i]
		c.i++
		switch b {
		case '"':
			if c.i = stringEnd(c.b, c.i); c.i < 0 {
				c.i = len(c.b)
			}
		case '{', '[':
			nest = append(nest, b+2)
		case '}', ']':
			if nest[len(nest)-1] != b {
				return errBrackets
			}
			if nest = nest[:len(nest)-1]; len(nest) == 0 {
				return nil
			}
		}
	}
	return errors.New("a bracket is not closed")
}

// text gives a value as a column holds it: strings without quotes, null as nothing, all else as it is written.
func text(value []byte) (string, error) {
	switch {
	case value[0] == '"':
		return unquoted(value[1 : len(value)-1])
	case value[0] == '{', value[0] == '[':
		var out bytes.Buffer
		if err := json.Compact(&out, value); err != nil {
			return "", err
		}
		return out.String(), nil
	case string(value) == "null":
		return "", nil
	case string(value) == "true", string(value) == "false":
		return string(value), nil
	}
	if _, err := number(value); err != nil {
		return "", err
	}
	return string(value), nil
}

// unquoted undoes the escapes of a string. Control characters, which JSON forbids in it, are let through.
func unquoted(b []byte) (string, error) {
	if bytes.IndexByte(b, '\\') < 0 || !utf8.Valid(b) {
		return string(b), nil
	}
	whole := make([]byte, 0, len(b)+2)
	whole = append(whole, '"')
	for _, c := range b {
		if c < ' ' {
			whole = fmt.Appendf(whole, `\u%04x`, c)
			continue
		}
		whole = append(whole, c)
	}
	var out string
	if err := json.Unmarshal(append(whole, '"'), &out); err != nil {
		return "", fmt.Errorf("the text %s is not JSON", shown(b))
	}
	return out, nil
}

// shown cuts a value to what an error can show.
func shown(b []byte) string {
	const most = 40
	b = bytes.Join(bytes.Fields(b[:min(len(b), 4*most)]), []byte{' '})
	if len(b) > most {
		return string(bytes.ToValidUTF8(b[:most], []byte("\ufffd"))) + "…"
	}
	return string(bytes.ToValidUTF8(b, []byte("\ufffd")))
}

// damaged tells whether text is not what was written: not UTF-8, or lost when it was decoded.
func damaged(s string, decoded bool) bool {
	if !decoded {
		return !utf8.ValidString(s)
	}
	for _, r := range s {
		if r == utf8.RuneError {
			return true
		}
	}
	return false
}

// damage is the reason for refusing a row with damaged text.
func damage(column string, decoded bool) error {
	if decoded {
		return fmt.Errorf("the text of column %q is not in the encoding the file is read in: try another --encoding", column)
	}
	return fmt.Errorf("the text of column %q is not UTF-8: try --encoding gb18030", column)
}
