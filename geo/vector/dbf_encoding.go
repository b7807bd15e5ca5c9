package vector

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// dbfLanguages are the language drivers that say what the text is. The one for 'ANSI', which is whatever the computer spoke
// that wrote the file, says nothing.
var dbfLanguages = map[byte]encoding.Encoding{
	0x02: charmap.CodePage850, 0x13: japanese.ShiftJIS, 0x26: charmap.CodePage866, 0x4d: simplifiedchinese.GBK,
	0x4e: korean.EUCKR, 0x4f: traditionalchinese.Big5, 0x65: charmap.CodePage866, 0x78: traditionalchinese.Big5,
	0x79: korean.EUCKR, 0x7a: simplifiedchinese.GBK, 0x7b: japanese.ShiftJIS, 0xc8: charmap.Windows1250, 0xc9: charmap.Windows1251,
}

// codePages are the names in .cpg files that are not those of the web.
var codePages = map[string]string{
	"936": "gbk", "54936": "gb18030", "950": "big5", "932": "shift_jis", "949": "euc-kr", "65001": "utf-8", "utf8": "utf-8",
	"1250": "windows-1250", "1251": "windows-1251", "1252": "windows-1252", "88591": "iso-8859-1", "big-5": "big5",
}

// textOf finds the encoding of a .dbf: what the caller says, else its .cpg; nil leaves it to the .dbf itself.
func textOf(named string, cpg []byte) (encoding.Encoding, error) {
	if named != "" {
		return encodingOf(named)
	}
	name := strings.ToLower(strings.TrimSpace(strings.Trim(string(cpg), "\x00\ufeff")))
	if name == "" {
		return nil, nil
	}
	bare := name
	for _, prefix := range []string{"ansi", "oem", "cp", "ms", "iso"} {
		bare = strings.Trim(strings.TrimPrefix(bare, prefix), " -_")
	}
	if page, ok := codePages[bare]; ok {
		name = page
	}
	e, err := encodingOf(name)
	if err != nil {
		return nil, fmt.Errorf("its .cpg: %w; say which it is with --encoding", err)
	}
	return e, nil
}
