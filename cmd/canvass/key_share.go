package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"

	"canvass/areas"
)

// keyShare is one custodian's share of a county's private key (Shamir's scheme over the scalars of P-256). Fewer shares than
// the threshold tell nothing of the key.
type keyShare struct {
	county    areas.Code
	key       string // id of the key
	threshold int
	shares    int
	number    int // from 1
	value     []byte
}

const (
	shareMark      = "canvass-share-1"
	fewestToOpen   = 2 // nobody opens contacts alone
	mostShares     = 255
	shareValueSize = 32
)

var shareAlphabet = base32.StdEncoding.WithPadding(base32.NoPadding)

// splitKey makes shares of a private key, so many of which open it.
func splitKey(private []byte, of keyShare) ([]keyShare, error) {
	if of.threshold < fewestToOpen || of.threshold > of.shares || of.shares > mostShares {
		return nil, fmt.Errorf("a key is split into %d to %d shares, and at least %d of them open it: --threshold %d --shares %d is not that",
			fewestToOpen, mostShares, fewestToOpen, of.threshold, of.shares)
	}
	secret := group.P256.NewScalar()
	if err := secret.UnmarshalBinary(private); err != nil {
		return nil, fmt.Errorf("read the private key: %w", err)
	}
	out := make([]keyShare, of.shares)
	for i, s := range secretsharing.New(rand.Reader, uint(of.threshold-1), secret).Share(uint(of.shares)) {
		value, err := s.Value.MarshalBinary()
		if err != nil {
			return nil, err
		}
		out[i] = of
		out[i].number, out[i].value = i+1, value
	}
	return out, nil
}

// joinShares puts a private key together from shares of one key, and makes sure that it is that key.
func joinShares(shares []keyShare) ([]byte, error) {
	if len(shares) == 0 {
		return nil, errors.New("give each custodian's share with --share FILE · 请用 --share 逐一给出各保管人的份额")
	}
	first := shares[0]
	given := map[int]bool{}
	all := make([]secretsharing.Share, len(shares))
	for i, s := range shares {
		switch {
		case s.county != first.county || s.key != first.key || s.threshold != first.threshold || s.shares != first.shares:
			return nil, errors.New("these shares are not of one key and one splitting · 这些份额不属于同一密钥的同一次分割")
		case given[s.number]:
			return nil, fmt.Errorf("share %d is given twice; it takes %d different ones · 份额 %[1]d 重复", s.number, first.threshold)
		}
		given[s.number] = true
		all[i] = secretsharing.Share{ID: group.P256.NewScalar().SetUint64(uint64(s.number)), Value: group.P256.NewScalar()}
		if err := all[i].Value.UnmarshalBinary(s.value); err != nil {
			return nil, fmt.Errorf("read share %d: %w", s.number, err)
		}
	}
	if len(shares) < first.threshold {
		return nil, fmt.Errorf("it takes %d shares of key %s, %d are given · 需要 %[1]d 份,已有 %[3]d 份", first.threshold, first.key, len(shares))
	}
	secret, err := secretsharing.Recover(uint(first.threshold-1), all)
	if err != nil {
		return nil, fmt.Errorf("put the key together: %w", err)
	}
	private, err := secret.MarshalBinary()
	if err != nil {
		return nil, err
	}
	public, err := areas.CountyPublicKey(private)
	if err != nil || areas.CountyKeyID(public) != first.key {
		return nil, fmt.Errorf("one of the shares is not of key %s, though it says so · 其中有份额并非出自密钥 %[1]s", first.key)
	}
	return private, nil
}

// String is the share in one line that can be typed from paper: what it is of, its value, and a sum against slips.
func (s keyShare) String() string {
	line := fmt.Sprintf("%s:%s:%s:%d:%d:%d:%s", shareMark, s.county, s.key, s.threshold, s.shares, s.number, shareAlphabet.EncodeToString(s.value))
	return line + ":" + shareSum(line)
}

func shareSum(line string) string {
	sum := sha256.Sum256([]byte(line))
	return hex.EncodeToString(sum[:4])
}

// parseShare reads a share from the text it stands in.
func parseShare(text string) (keyShare, error) {
	at := strings.Index(text, shareMark+":")
	if at < 0 {
		return keyShare{}, fmt.Errorf("there is no line that begins with %s: · 没有以此开头的一行", shareMark)
	}
	line, _, _ := strings.Cut(text[at:], "\n")
	line = strings.TrimSpace(line)
	body, sum, _ := cutLast(line, ":")
	if sum != shareSum(body) {
		return keyShare{}, errors.New("the share was mistyped or cut short: its check sum is wrong · 份额抄写有误或不完整")
	}
	fields := strings.Split(body, ":")
	if len(fields) != 7 {
		return keyShare{}, errors.New("the share has not as many fields as one has")
	}
	s := keyShare{county: areas.Code(fields[1]), key: fields[2]}
	var errs [4]error
	s.threshold, errs[0] = strconv.Atoi(fields[3])
	s.shares, errs[1] = strconv.Atoi(fields[4])
	s.number, errs[2] = strconv.Atoi(fields[5])
	s.value, errs[3] = shareAlphabet.DecodeString(fields[6])
	if err := errors.Join(errs[:]...); err != nil {
		return keyShare{}, fmt.Errorf("read the share: %w", err)
	}
	if s.number < 1 || s.number > s.shares || s.shares > mostShares || s.threshold < 1 || len(s.value) != shareValueSize {
		return keyShare{}, errors.New("the share's numbers cannot be")
	}
	return s, nil
}

func cutLast(text, at string) (before, after string, found bool) {
	i := strings.LastIndex(text, at)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(at):], true
}

// writeShares writes each share to a file of its own, which nobody but its owner may read, and answers their names.
func writeShares(dir string, shares []keyShare) (names []string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for _, s := range shares {
		name := filepath.Join(dir, fmt.Sprintf("%s-%s-share-%d-of-%d.txt", s.county, s.key, s.number, s.shares))
		text := fmt.Sprintf("县 %[1]s 密钥 %[2]s 的第 %[3]d 份,共 %[4]d 份;任意 %[5]d 份可以启封。请单独保管,勿与其他份额放在一起。\n"+
			"Share %[3]d of %[4]d of key %[2]s of county %[1]s; any %[5]d of them open what was sealed. Keep it apart from the others.\n\n%[6]s\n",
			s.county, s.key, s.number, s.shares, s.threshold, s)
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return names, fmt.Errorf("write a share (is there one of an earlier splitting? choose another --out): %w", err)
		}
		_, err = f.WriteString(text)
		names = append(names, name)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return names, err
		}
	}
	return names, nil
}

// readShares reads the files that custodians brought.
func readShares(names []string) ([]keyShare, error) {
	var out []keyShare
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a share: %w", err)
		}
		s, err := parseShare(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, s)
	}
	return out, nil
}
