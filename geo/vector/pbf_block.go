package vector

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// osmBlock reads the elements of a block. What it hands on is good until it returns.
type osmBlock struct {
	node     func(id int64, at nanodegrees, t tags) error // nil passes over nodes
	way      func(id int64, nodes []int64, t tags) error
	relation func(id int64, members []osmMember, t tags) error
	kinds    kinds // of elements that the block was seen to hold

	strings     [][]byte
	granularity int64
	offset      nanodegrees
	tags        tags
	nodes       []int64
	members     []osmMember
}

// nanodegrees are longitude and latitude.
type nanodegrees [2]int64

// osmMember is a part of a relation.
type osmMember struct {
	kind byte // n, w or r
	id   int64
	role string
}

// kinds are kinds of elements.
type kinds uint8

const (
	someNodes kinds = 1 << iota
	someWays
	someRelations
)

// tags are what an element says of itself.
type tags [][2][]byte

// text gives the value of a tag; empty if it has none.
func (t tags) text(key string) string {
	for _, kv := range t {
		if string(kv[0]) == key {
			return string(kv[1])
		}
	}
	return ""
}

// read reads a block.
func (d *osmBlock) read(block []byte) error {
	d.strings, d.granularity, d.offset, d.kinds = d.strings[:0], 100, nanodegrees{}, 0
	err := fields(block, func(f protowire.Number, v uint64, b []byte) error {
		switch f {
		case 1:
			return fields(b, func(f protowire.Number, _ uint64, s []byte) error {
				if f == 1 {
					d.strings = append(d.strings, s)
				}
				return nil
			})
		case 17:
			d.granularity = int64(v)
		case 19:
			d.offset[1] = int64(v)
		case 20:
			d.offset[0] = int64(v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return fields(block, func(f protowire.Number, _ uint64, b []byte) error {
		if f != 2 {
			return nil
		}
		return d.group(b)
	})
}

func (d *osmBlock) group(b []byte) error {
	return fields(b, func(f protowire.Number, _ uint64, b []byte) error {
		switch f {
		case 1:
			d.kinds |= someNodes
			if d.node != nil {
				return d.readNode(b)
			}
		case 2:
			d.kinds |= someNodes
			if d.node != nil {
				return d.readDense(b)
			}
		case 3:
			d.kinds |= someWays
			if d.way != nil {
				return d.readWay(b)
			}
		case 4:
			d.kinds |= someRelations
			if d.relation != nil {
				return d.readRelation(b)
			}
		}
		return nil
	})
}

func (d *osmBlock) place(lon, lat int64) nanodegrees {
	return nanodegrees{d.offset[0] + d.granularity*lon, d.offset[1] + d.granularity*lat}
}

// element reads the id and tags that all elements have, and leaves the rest to more.
func (d *osmBlock) element(b []byte, more func(f protowire.Number, v uint64, b []byte) error) (id int64, err error) {
	var keys, values varints
	err = fields(b, func(f protowire.Number, v uint64, b []byte) error {
		switch f {
		case 1:
			id = int64(v)
		case 2:
			keys = b
		case 3:
			values = b
		default:
			return more(f, v, b)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	d.tags = d.tags[:0]
	for len(keys) > 0 {
		if err := d.tag(keys.next, values.next); err != nil {
			return 0, err
		}
	}
	return id, nil
}

func (d *osmBlock) tag(key, value func() (uint64, error)) error {
	k, err := key()
	if err != nil {
		return err
	}
	v, err := value()
	if err != nil {
		return err
	}
	if k >= uint64(len(d.strings)) || v >= uint64(len(d.strings)) {
		return errPBF
	}
	d.tags = append(d.tags, [2][]byte{d.strings[k], d.strings[v]})
	return nil
}

func (d *osmBlock) readNode(b []byte) error {
	var lat, lon int64
	id, err := d.element(b, func(f protowire.Number, v uint64, _ []byte) error {
		switch f {
		case 8:
			lat = protowire.DecodeZigZag(v)
		case 9:
			lon = protowire.DecodeZigZag(v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.node(protowire.DecodeZigZag(uint64(id)), d.place(lon, lat), d.tags)
}

func (d *osmBlock) readDense(b []byte) error {
	var ids, lats, lons, keyValues varints
	err := fields(b, func(f protowire.Number, _ uint64, b []byte) error {
		switch f {
		case 1:
			ids = b
		case 8:
			lats = b
		case 9:
			lons = b
		case 10:
			keyValues = b
		}
		return nil
	})
	if err != nil {
		return err
	}
	var id, lat, lon int64
	for len(ids) > 0 {
		for _, next := range []struct {
			from *varints
			sum  *int64
		}{{&ids, &id}, {&lats, &lat}, {&lons, &lon}} {
			if err := next.from.add(next.sum); err != nil {
				return err
			}
		}
		if err := d.denseTags(&keyValues); err != nil {
			return err
		}
		if err := d.node(id, d.place(lon, lat), d.tags); err != nil {
			return err
		}
	}
	return nil
}

// denseTags reads the tags of one node: pairs, ended by a zero.
func (d *osmBlock) denseTags(from *varints) error {
	d.tags = d.tags[:0]
	for len(*from) > 0 {
		if (*from)[0] == 0 {
			*from = (*from)[1:]
			return nil
		}
		if err := d.tag(from.next, from.next); err != nil {
			return err
		}
	}
	return nil
}

func (d *osmBlock) readWay(b []byte) error {
	d.nodes = d.nodes[:0]
	id, err := d.element(b, func(f protowire.Number, _ uint64, b []byte) error {
		if f != 8 {
			return nil
		}
		refs, ref := varints(b), int64(0)
		for len(refs) > 0 {
			if err := refs.add(&ref); err != nil {
				return err
			}
			d.nodes = append(d.nodes, ref)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.way(id, d.nodes, d.tags)
}

func (d *osmBlock) readRelation(b []byte) error {
	var roles, ids, types varints
	id, err := d.element(b, func(f protowire.Number, _ uint64, b []byte) error {
		switch f {
		case 8:
			roles = b
		case 9:
			ids = b
		case 10:
			types = b
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.members = d.members[:0]
	member := int64(0)
	for len(ids) > 0 {
		if err := ids.add(&member); err != nil {
			return err
		}
		role, err := roles.next()
		if err != nil {
			return err
		}
		kind, err := types.next()
		if err != nil {
			return err
		}
		if kind > 2 || role >= uint64(len(d.strings)) {
			return errPBF
		}
		d.members = append(d.members, osmMember{"nwr"[kind], member, string(d.strings[role])})
	}
	return d.relation(id, d.members, d.tags)
}

// varints are packed numbers.
type varints []byte

func (p *varints) next() (uint64, error) {
	v, n := protowire.ConsumeVarint(*p)
	if n < 0 {
		return 0, errPBF
	}
	*p = (*p)[n:]
	return v, nil
}

// add adds the next number, which is a difference, to a sum.
func (p *varints) add(sum *int64) error {
	v, err := p.next()
	*sum += protowire.DecodeZigZag(v)
	return err
}
