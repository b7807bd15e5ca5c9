package vector

import (
	"fmt"
	"math"
	"strconv"
)

// powers are the powers of ten that a float64 holds exactly.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
	1e19, 1e20, 1e21, 1e22}

// number takes a JSON number. Up to 2^53 without its point, and a power of ten that is exact, division rounds right; all else
// goes to strconv.
func (c *cursor) number() (float64, error) {
	b := c.b
	c.blank()
	start, i := c.i, c.i
	negative := i < len(b) && b[i] == '-'
	if negative {
		i++
	}
	var mantissa uint64
	var digits, decimals int
	first := i
	for ; i < len(b) && b[i]-'0' < 10; i++ {
		mantissa = mantissa*10 + uint64(b[i]-'0')
	}
	digits = i - first
	if digits == 0 || digits > 1 && b[first] == '0' {
		return 0, c.notNumber()
	}
	if i < len(b) && b[i] == '.' {
		point := i
		for i++; i < len(b) && b[i]-'0' < 10; i++ {
			mantissa = mantissa*10 + uint64(b[i]-'0')
		}
		if decimals = i - point - 1; decimals == 0 {
			return 0, c.notNumber()
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') || digits+decimals > 18 || mantissa > 1<<53 || decimals > 22 {
		return c.longNumber(start, i)
	}
	c.i = i
	v := float64(mantissa) / powers[decimals]
	if negative {
		v = -v
	}
	return v, nil
}

// longNumber takes a number with an exponent or with more digits than a float64 has.
func (c *cursor) longNumber(start, i int) (float64, error) {
	b := c.b
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		exponent := i
		for i < len(b) && b[i]-'0' < 10 {
			i++
		}
		if i == exponent {
			return 0, c.notNumber()
		}
	}
	v, err := strconv.ParseFloat(string(b[start:i]), 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, fmt.Errorf("the number %s is out of range", shown(b[start:i]))
	}
	c.i = i
	return v, nil
}

func (c *cursor) notNumber() error {
	here := cursor{b: c.b, i: c.i}
	value, err := here.value()
	if err != nil {
		return c.unexpected("a number")
	}
	return fmt.Errorf("%s is not a number", shown(value))
}

// number reads a value that is a number and nothing else.
func number(value []byte) (float64, error) {
	c := cursor{b: value}
	v, err := c.number()
	if err == nil && c.i < len(value) {
		err = fmt.Errorf("%s is not a number", shown(value))
	}
	return v, err
}
