package web

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"canvass/areas"
)

// validationProblem words what huma found wrong with a request: where, and what was expected there. The value that was sent
// is never repeated, for it may be somebody's password or name.
func validationProblem(status int, language string, errs []error) *Problem {
	p := bareProblem(status, language)
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		detail := d.ErrorDetail()
		expected, known := expectation(detail.Message)
		if !known {
			continue // an error of a decoder quotes what it read
		}
		p.Field = fieldOf(detail)
		where := p.Field
		if where == "" {
			where = "body"
		}
		p.Detail += areas.Text{ZH: ":", EN: ": "}.In(language) + where + areas.Text{ZH: " ", EN: ": "}.In(language) + expected.In(language)
		return p
	}
	return p
}

// fieldOf takes the field out of a location such as body.dwellings[0].door; a missing property is named by the message.
func fieldOf(d *huma.ErrorDetail) string {
	field := d.Location
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		field += "." + strings.TrimSuffix(name, " to be present")
	}
	for _, in := range []string{"body", "query", "path", "header"} {
		if rest, ok := strings.CutPrefix(field, in); ok && (rest == "" || rest[0] == '.') {
			return strings.TrimPrefix(rest, ".")
		}
	}
	return field
}

// expectations are the beginnings of huma's messages that repeat nothing of what was sent. A text that ends in a space is
// followed by the rest of the message, which comes from the schema.
var expectations = []struct {
	prefix string
	text   areas.Text
}{
	{"unexpected property", areas.Text{ZH: "不是这里的字段", EN: "is no field here"}},
	{"expected required property", areas.Text{ZH: "必须填写", EN: "must be given"}},
	{"required ", areas.Text{ZH: "必须填写", EN: "must be given"}},
	{"expected string to be RFC 3339", areas.Text{ZH: "须是 RFC 3339 时间", EN: "must be an RFC 3339 time"}},
	{"expected string to be RFC 4122 uuid", areas.Text{ZH: "须是 UUID", EN: "must be a UUID"}},
	{"expected string to match pattern ", areas.Text{ZH: "须符合 ", EN: "must match "}},
	{"expected string", areas.Text{ZH: "须是文字", EN: "must be text"}},
	{"expected boolean", areas.Text{ZH: "须是 true 或 false", EN: "must be true or false"}},
	{"invalid boolean", areas.Text{ZH: "须是 true 或 false", EN: "must be true or false"}},
	{"expected integer", areas.Text{ZH: "须是整数", EN: "must be a whole number"}},
	{"invalid integer", areas.Text{ZH: "须是整数", EN: "must be a whole number"}},
	{"expected number >= ", areas.Text{ZH: "最小为 ", EN: "must be at least "}},
	{"expected number <= ", areas.Text{ZH: "最大为 ", EN: "must be at most "}},
	{"expected number", areas.Text{ZH: "须是数字", EN: "must be a number"}},
	{"expected array length >= ", areas.Text{ZH: "项数至少为 ", EN: "must have this many items at least: "}},
	{"expected array length <= ", areas.Text{ZH: "项数至多为 ", EN: "must have this many items at most: "}},
	{"expected array", areas.Text{ZH: "须是列表", EN: "must be a list"}},
	{"expected object", areas.Text{ZH: "须是对象", EN: "must be an object"}},
	{"expected value to be one of ", areas.Text{ZH: "须是其中之一: ", EN: "must be one of "}},
	{"expected length >= ", areas.Text{ZH: "长度至少为 ", EN: "must have this length at least: "}},
	{"expected length <= ", areas.Text{ZH: "长度至多为 ", EN: "must have this length at most: "}},
	{brokenCursor, areas.Text{ZH: "须是上一页给出的 next", EN: "must be next of the page before"}},
	{brokenJSON, areas.Text{ZH: "从这一字节起不是能读取的 JSON(数字须是有限的): ", EN: "is no JSON that can be read (numbers must be finite), from byte "}},
	{"invalid value", areas.Text{ZH: "格式不对", EN: "is malformed"}},
	{"invalid date", areas.Text{ZH: "须是 RFC 3339 时间", EN: "must be an RFC 3339 time"}},
}

// brokenJSON begins what is said of a body that breaks off, is no JSON, or has a number that no computer's holds.
const brokenJSON = "unreadable from byte "

var jsonFormat = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshalJSON}

// unmarshalJSON tells where a body cannot be read, and nothing of what it says there.
func unmarshalJSON(data []byte, v any) error {
	switch err := json.Unmarshal(data, v).(type) {
	case *json.SyntaxError:
		return fmt.Errorf("%s%d", brokenJSON, err.Offset)
	case *json.UnmarshalTypeError:
		return fmt.Errorf("%s%d", brokenJSON, err.Offset)
	default:
		return err
	}
}

func expectation(message string) (areas.Text, bool) {
	for _, e := range expectations {
		rest, ok := strings.CutPrefix(message, e.prefix)
		if !ok {
			continue
		}
		if strings.HasSuffix(e.prefix, " ") && strings.HasSuffix(e.text.EN, " ") {
			return areas.Text{ZH: e.text.ZH + rest, EN: e.text.EN + rest}, true
		}
		return e.text, true
	}
	return areas.Text{}, false
}
