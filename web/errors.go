package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/labstack/echo/v4"

	"canvass/areas"
	"canvass/tiles"
)

// The statuses of what went well. Every status that the service answers stands in this file.
const (
	statusMade        = http.StatusCreated
	statusAgain       = http.StatusOK
	statusAccepted    = http.StatusAccepted
	statusNoContent   = http.StatusNoContent
	statusNotModified = http.StatusNotModified
)

// statusOf is what a refusal of the domain is in HTTP.
var statusOf = map[areas.Kind]int{
	areas.Invalid:         http.StatusUnprocessableEntity,
	areas.NotFound:        http.StatusNotFound,
	areas.Forbidden:       http.StatusForbidden,
	areas.Unauthenticated: http.StatusUnauthorized,
	areas.Stale:           http.StatusPreconditionFailed,
	areas.Conflict:        http.StatusConflict,
	areas.Throttled:       http.StatusTooManyRequests,
}

// Problem is how every refusal is answered (RFC 9457), with a code for programs and a detail for people.
type Problem struct {
	Type      string      `json:"type" doc:"always about:blank; code tells what it is"`
	Title     string      `json:"title" doc:"the status in words"`
	Status    int         `json:"status"`
	Detail    string      `json:"detail" doc:"what is wrong and how to mend it, in the reader's language"`
	Code      string      `json:"code" doc:"a stable word for programs"`
	Field     string      `json:"field,omitempty" doc:"the field at fault"`
	Place     *[2]float64 `json:"place,omitempty" doc:"where on the ground, longitude and latitude"`
	Problems  []Trouble   `json:"problems,omitempty" doc:"all that stands in the way of a change of the frame, such as every building that a boundary cuts"`
	Since     []Step      `json:"since,omitempty" doc:"with 412: what was done to the same sub-areas since they were read"`
	RequestID string      `json:"request_id,omitempty" doc:"to find the request in the log"`

	header http.Header
}

// Error gives the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the status to huma.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders gives huma the headers that go with the problem, such as Retry-After.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType names the form to huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// refusal is what HTTP itself refuses, in both languages.
type refusal struct {
	status int
	code   string
	field  string
	text   areas.Text
	header http.Header
}

func (r *refusal) Error() string { return r.text.EN }

var (
	errSignIn = &refusal{status: http.StatusUnauthorized, code: "sign_in", text: areas.Text{
		ZH: "请先登录", EN: "sign in first"}}
	errNoIfMatch = &refusal{status: http.StatusPreconditionRequired, code: "if_match_missing", field: "If-Match", text: areas.Text{
		ZH: "请在 If-Match 中给出读取时的 ETag", EN: "give the ETag you read in If-Match"}}
	errBadIfMatch = &refusal{status: http.StatusBadRequest, code: "if_match_malformed", field: "If-Match", text: areas.Text{
		ZH: `If-Match 须是读取时得到的一个 ETag,例如 "3"`, EN: `If-Match is one ETag as it was read, such as "3"`}}
	errCrossOrigin = &refusal{status: http.StatusForbidden, code: "cross_origin", text: areas.Text{
		ZH: "拒绝来自其他网站的请求,请从本系统页面操作", EN: "a request from another site is refused; work from this service's pages"}}
	errKeyInUse = &refusal{status: http.StatusConflict, code: "key_in_use", field: "Idempotency-Key", text: areas.Text{
		ZH: "同一请求正在处理,请稍后再试", EN: "the same request is still being worked on; try again shortly"}}
	errBadKey = &refusal{status: http.StatusBadRequest, code: "key_malformed", field: "Idempotency-Key", text: areas.Text{
		ZH: "Idempotency-Key 为 1 至 255 个字符", EN: "an Idempotency-Key has 1 to 255 characters"}}
	errNotReady = &refusal{status: http.StatusServiceUnavailable, code: "not_ready", text: areas.Text{
		ZH: "数据库不可用或结构版本不符", EN: "the database cannot be reached or has another schema"}}
	errNoPage = &refusal{status: http.StatusNotFound, code: "page_unknown", text: areas.Text{
		ZH: "没有这个页面", EN: "there is no such page"}}
	errNoPlace = &refusal{status: http.StatusNotFound, code: "outside_scope", text: areas.Text{
		ZH: "没有找到,或不在您的范围内", EN: "not found, or outside your scope"}}
	errNoToken = &refusal{status: http.StatusUnauthorized, code: "token_missing", field: "Authorization", text: areas.Text{
		ZH: "请以 Authorization: Bearer 令牌 的形式出示令牌", EN: "show the token as Authorization: Bearer TOKEN"}}
	errNoArchive = &refusal{status: http.StatusNotFound, code: "archive_unknown", text: areas.Text{
		ZH: "没有这里的打包地图,请管理员运行 canvass pack", EN: "no map is packed for this place; ask the administrator to run canvass pack"}}
	errBadID = &refusal{status: http.StatusUnprocessableEntity, code: "id_malformed", text: areas.Text{
		ZH: "编号须是 UUID", EN: "an id is a UUID"}}
	errMayNotImport = &refusal{status: http.StatusForbidden, code: "not_allowed", text: areas.Text{
		ZH: "只有制图人员和管理员可以导入", EN: "only GIS staff and administrators may import"}}
	errNoForm = &refusal{status: http.StatusBadRequest, code: "form_malformed", text: areas.Text{
		ZH: "请以 multipart/form-data 完整上传文件", EN: "send the whole file as multipart/form-data"}}
	errNoFile = &refusal{status: http.StatusUnprocessableEntity, code: "file_missing", field: "file", text: areas.Text{
		ZH: "请在 file 中附上一个文件", EN: "attach one file as file"}}
	errBadRepair = &refusal{status: http.StatusUnprocessableEntity, code: "repair_malformed", field: "repair", text: areas.Text{
		ZH: "修补容差应为以米计的数字", EN: "repair is a number of metres"}}
	errBadMap = &refusal{status: http.StatusUnprocessableEntity, code: "map_malformed", field: "map", text: areas.Text{
		ZH: "map 的写法为 字段=列名", EN: "map is written field=column"}}
	errUnkept = &refusal{status: http.StatusUnprocessableEntity, code: "unreadable", text: areas.Text{
		ZH: "请求中有无法保存的内容,例如控制字符、过大的数或不存在的时间",
		EN: "the request holds what cannot be kept, such as a control character, too large a number or a time that is none"}}
	errBadSignature = &refusal{status: http.StatusUnauthorized, code: "signature_malformed", field: "Authorization", text: areas.Text{
		ZH: "请求签名的写法不对", EN: "the signature of the request is malformed"}}
	errWrongSignature = &refusal{status: http.StatusUnauthorized, code: "signature_wrong", field: "Authorization", text: areas.Text{
		ZH: "请求在途中损坏,或不是这台平板签名的,请重新发送", EN: "the request was damaged under way, or this tablet did not sign it; send it again"}}
	errClockOff = &refusal{status: http.StatusUnauthorized, code: "clock_off", field: "Authorization", text: areas.Text{
		ZH: "平板时钟与服务器相差太大,请按应答中的 Canvass-Time 重新签名", EN: "the tablet's clock is too far from the server's; sign again with the time in Canvass-Time"}}
	errNoOutbox = &refusal{status: http.StatusUnprocessableEntity, code: "outbox_unknown", text: areas.Text{
		ZH: "这不是平板导出的记录文件,请选择平板上“导出未发送记录”得到的文件",
		EN: "this is no file of a tablet's unsent work; choose the one that the field app wrote"}}
	errBrokenOutbox = &refusal{status: http.StatusUnprocessableEntity, code: "outbox_broken", text: areas.Text{
		ZH: "文件不完整或已损坏,请在平板上重新导出", EN: "the file was cut off or damaged; have the tablet write it again"}}
	errOutboxUnsigned = &refusal{status: http.StatusUnprocessableEntity, code: "outbox_unsigned", text: areas.Text{
		ZH: "文件已损坏或被改动,签名与这台平板不符;请在平板上重新导出",
		EN: "the file was damaged or altered: its signature is not the tablet's; have the tablet write it again"}}
	errSealedElsewhere = &refusal{status: http.StatusUnprocessableEntity, code: "outbox_sealed_elsewhere", text: areas.Text{
		ZH: "文件是为另一台服务器加密的,请在平板登记的那台服务器上导入",
		EN: "the file is sealed for another server; import it on the one that the tablet is enrolled with"}}
	errOutboxMalformed = &refusal{status: http.StatusUnprocessableEntity, code: "outbox_malformed", text: areas.Text{
		ZH: "文件完整,但其中有本服务器不认识的内容;请保留文件并更新服务器", EN: "the file is whole, but this server cannot read all of it; keep it, and bring the server up to date"}}
	errReplayed = &refusal{status: http.StatusUnauthorized, code: "signature_used", field: "Authorization", text: areas.Text{
		ZH: "这个签名已经用过,请重新签名发送", EN: "this signature was used before; sign the request anew"}}
	errDeviceUnknown = &refusal{status: http.StatusUnauthorized, code: "device_unknown", field: "Authorization", text: areas.Text{
		ZH: "服务器不认识这台平板,请确认地址,或请指导员重新登记", EN: "the server does not know this tablet; check the address, or have it enrolled again"}}
	errRevoked = &refusal{status: http.StatusForbidden, code: "device_revoked", text: areas.Text{
		ZH: "这台平板已停用:请先上传未发送的记录,然后清除本机数据", EN: "this tablet was revoked: send what is unsent, then erase it"}}
	errErase = &refusal{status: http.StatusForbidden, code: "device_erase", text: areas.Text{
		ZH: "这台平板已停用并须立即清除", EN: "this tablet was revoked and must be erased at once"}}
	errNoPledge = &refusal{status: http.StatusForbidden, code: "pledge_missing", text: areas.Text{
		ZH: "请先阅读并签署保密承诺书", EN: "read and accept the pledge of confidentiality first"}}
	errBrokenBody = &refusal{status: http.StatusBadRequest, code: "body_broken", text: areas.Text{
		ZH: "内容在途中损坏或不完整,请重新发送", EN: "the body was damaged or cut off under way; send it again"}}
	errCoding = &refusal{status: http.StatusUnsupportedMediaType, code: "coding_unknown", field: "Content-Encoding", text: areas.Text{
		ZH: "只接受 gzip 或 zstd 压缩", EN: "a body is packed with gzip or zstd"}}
	errNoDevice = &refusal{status: http.StatusForbidden, code: "device_needed", text: areas.Text{
		ZH: "只有已登记的平板可以这样做", EN: "only an enrolled tablet may do this"}}
	errGeometry = &refusal{status: http.StatusUnprocessableEntity, code: "geometry_kind", field: "geometry", text: areas.Text{
		ZH: "图形须是面(Polygon 或 MultiPolygon)", EN: "the geometry must be a Polygon or MultiPolygon"}}
	errNoTheme = &refusal{status: http.StatusNotFound, code: "theme_unknown", field: "theme", text: areas.Text{
		ZH: "没有这种地图样式,可用 day、dark、sun", EN: "there is no such theme of the map: themes are day, dark and sun"}}
	errNoLanguage = &refusal{status: http.StatusUnprocessableEntity, code: "language_unknown", field: "lang", text: areas.Text{
		ZH: "地图文字只有 zh 和 en", EN: "the map's labels are in zh or en"}}
	errNoImagery = &refusal{status: http.StatusNotFound, code: "imagery_none", text: areas.Text{
		ZH: "本县没有配置影像,请管理员用 --imagery 配置", EN: "no imagery is configured for this county; the administrator can with --imagery"}}
	errNoPicture = &refusal{status: http.StatusNotFound, code: "picture_none", text: areas.Text{
		ZH: "此处没有影像", EN: "the imagery has nothing here"}}
	errImageryFailed = &refusal{status: http.StatusBadGateway, code: "imagery_failed", text: areas.Text{
		ZH: "影像来源没有给出图片,地图可照常使用;原因请管理员查看日志",
		EN: "the source of the imagery gave no picture; the map works without it, and the log tells the administrator why"}}
	errImagerySlow = &refusal{status: http.StatusGatewayTimeout, code: "imagery_slow", text: areas.Text{
		ZH: "影像来源没有及时应答,地图可照常使用", EN: "the source of the imagery did not answer in time; the map works without it"}}
	errNoPackage = &refusal{status: http.StatusNotFound, code: "package_unknown", field: "sub_area", text: areas.Text{
		ZH: "没有这个普查小区,无法制作任务包", EN: "there is no such sub-area to make a package of"}}
	errNoTile = &refusal{status: http.StatusNotFound, code: "tile_unknown", text: areas.Text{
		ZH: "没有这个瓦片:级别 z 为 0 至 16,x、y 为 0 至 2^z−1,地址以 .mvt 结尾",
		EN: "there is no such tile: the zoom z is 0 to 16, x and y are 0 to 2^z−1, and its address ends in .mvt"}}
	errNoSet = &refusal{status: http.StatusNotFound, code: "tiles_unknown", text: areas.Text{
		ZH: "没有这组瓦片:名称为县代码加 -base 或 -census,如 370883-census",
		EN: "there is no such set of tiles: it is named by the county's code and -base or -census, such as 370883-census"}}
	errNoPart = &refusal{status: http.StatusNotFound, code: "part_unknown", field: "hash", text: areas.Text{
		ZH: "任务包已没有这一部分,请重新读取清单", EN: "the package no longer has this part; read its manifest again"}}
	errNoRevision = &refusal{status: http.StatusNotFound, code: "revision_unknown", field: "from", text: areas.Text{
		ZH: "服务器已没有这个旧版本,请按清单下载缺少的部分", EN: "this revision is no longer known here; fetch the parts of the manifest that you lack"}}
	errPackageSlow = &refusal{status: http.StatusServiceUnavailable, code: "package_slow", text: areas.Text{
		ZH: "任务包仍在制作,请稍后再试", EN: "the package is still being made; try again in a while"}, header: http.Header{"Retry-After": {"5"}}}
)

// httpTexts words what Echo and huma refuse by a bare status.
var httpTexts = map[int]refusal{
	http.StatusBadRequest: {code: "malformed", text: areas.Text{
		ZH: "请求无法读取,请检查 JSON 或参数", EN: "the request cannot be read; check its JSON or parameters"}},
	http.StatusNotFound: {code: "route_unknown", text: areas.Text{
		ZH: "没有这个地址", EN: "there is no such address here"}},
	http.StatusMethodNotAllowed: {code: "method_not_allowed", text: areas.Text{
		ZH: "这个地址不接受此方法", EN: "this address does not take this method"}},
	http.StatusRequestTimeout: {code: "too_slow", text: areas.Text{
		ZH: "请求传输超时,请重试", EN: "the request came too slowly; try again"}},
	http.StatusRequestEntityTooLarge: {code: "too_large", text: areas.Text{
		ZH: "请求内容太大", EN: "the request body is too large"}},
	http.StatusUnsupportedMediaType: {code: "media_type", text: areas.Text{
		ZH: "请使用 application/json", EN: "send application/json"}},
	http.StatusUnprocessableEntity: {code: "invalid", text: areas.Text{
		ZH: "请求不合要求", EN: "the request is not as it must be"}},
	http.StatusInternalServerError: {code: "internal", text: areas.Text{
		ZH: "服务内部出错,请把请求编号告诉管理员", EN: "something broke in the service; tell your administrator the request id"}},
	http.StatusServiceUnavailable: {code: "interrupted", text: areas.Text{
		ZH: "请求已中断", EN: "the request was interrupted"}},
}

// problemOf tells an error to whoever reads in a language. What nobody outside can mend is answered without its cause.
func problemOf(err error, language string) *Problem {
	var known *areas.Error
	if errors.As(err, &known) {
		p := problem(statusOf[known.Kind], known.Code, known.In(language))
		p.Field = known.Field
		if known.Place != nil {
			p.Place = &[2]float64{known.Place[0], known.Place[1]}
		}
		p.Problems, p.Since = troubleForms(known.Troubles, language), forms(known.Since, stepForm)
		return p
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) && unkept[pg.Code] {
		err = errUnkept
	}
	for plain, told := range tilesRefuse {
		if errors.Is(err, plain) {
			err = told
		}
	}
	var r *refusal
	if errors.As(err, &r) {
		p := problem(r.status, r.code, r.text.In(language))
		p.Field, p.header = r.field, r.header
		return p
	}
	var done *Problem
	if errors.As(err, &done) {
		return done
	}
	return bareProblem(bareStatus(err), language)
}

// tilesRefuse words what cannot be had of the map and of field packages.
var tilesRefuse = map[error]*refusal{
	tiles.ErrNoPackage: errNoPackage, tiles.ErrNoPart: errNoPart, tiles.ErrNoRevision: errNoRevision,
	tiles.ErrNoTile: errNoTile, tiles.ErrNoSet: errNoSet,
	tiles.ErrNoTheme: errNoTheme, tiles.ErrNoLanguage: errNoLanguage, tiles.ErrNoImagery: errNoImagery, tiles.ErrNoPicture: errNoPicture,
	tiles.ErrImageryFailed: errImageryFailed, tiles.ErrImagerySlow: errImagerySlow,
}

// unkept are the codes by which PostgreSQL refuses a value that no rule looked at before.
var unkept = map[string]bool{
	"22003": true, // a number out of range
	"22007": true, // no date or time
	"22008": true, // a date or time out of range
	"22021": true, // no text, such as U+0000
	"22P02": true, // not of its type
	"22P05": true, // no JSON text
}

func bareStatus(err error) int {
	var plain *echo.HTTPError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, context.Canceled):
		return http.StatusServiceUnavailable
	case errors.As(err, &plain):
		return plain.Code
	}
	return http.StatusInternalServerError
}

func bareProblem(status int, language string) *Problem {
	r, ok := httpTexts[status]
	if !ok {
		return problem(status, "refused", http.StatusText(status))
	}
	return problem(status, r.code, r.text.In(language))
}

func problem(status int, code, detail string) *Problem {
	if status == 0 {
		status = http.StatusInternalServerError
	}
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// init puts the service's problems in the place of huma's, whose own echo the values that were sent.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return validationProblem(status, "zh", errs)
	}
	huma.NewErrorWithContext = func(c huma.Context, status int, _ string, errs ...error) huma.StatusError {
		x := exchangeOf(c.Context())
		p := validationProblem(status, x.language, errs)
		if errors.Is(errors.Join(errs...), errBrokenBody) { // huma says of any body that breaks off that the service broke
			p = problemOf(errBrokenBody, x.language)
		}
		p.RequestID = x.requestID
		if x.err == nil {
			x.err = p
		}
		return p
	}
}

// answerError is Echo's error handler: whatever a handler or Echo itself refuses becomes a problem.
func answerError(err error, c echo.Context) {
	x := exchangeOf(c.Request().Context())
	x.err = err
	if c.Response().Committed {
		return
	}
	p := problemOf(err, x.language)
	p.RequestID = x.requestID
	for name, values := range p.header {
		c.Response().Header()[name] = values
	}
	c.Response().Header().Set(echo.HeaderContentType, p.ContentType(""))
	if c.Request().Method == http.MethodHead {
		c.Response().WriteHeader(p.Status)
		return
	}
	if err := writeJSON(c.Response(), p.Status, p); err != nil {
		x.err = errors.Join(x.err, err)
	}
}
