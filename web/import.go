package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"canvass/areas"
)

func (s *Server) imports(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Import]
	County areas.Code `query:"county" required:"true" doc:"code of a county, six digits"`
}) (*page[Import], error) {
	found, err := s.store.Imports(ctx, actor, in.County, in.page())
	return pageOf(found, err, importForm)
}

func (s *Server) importRun(ctx context.Context, actor areas.Actor, in *Named) (*plain[Import], error) {
	i, err := s.store.Import(ctx, actor, in.County, in.ID)
	if err != nil {
		return nil, err
	}
	return &plain[Import]{importForm(i)}, nil
}

func (s *Server) importRows(ctx context.Context, actor areas.Actor, in *struct {
	Paged[ImportRow]
	Named
	Outcome string `query:"outcome" enum:"mended,refused,noted" doc:"only these rows"`
}) (*page[ImportRow], error) {
	found, err := s.store.ImportRows(ctx, actor, areas.ImportRowQuery{
		County: in.County, Import: in.ID, Outcome: in.Outcome, Page: in.page()})
	return pageOf(found, err, importRowForm(exchangeOf(ctx).language))
}

// importRowsMap streams every row that has a place, for a map or a GIS.
func (s *Server) importRowsMap(ctx context.Context, actor areas.Actor, in *reportWanted) (*huma.StreamResponse, error) {
	separator := `{"type":"FeatureCollection","features":[` + "\n"
	return s.report(ctx, actor, in, reportForm{"geojson", "application/geo+json", func(w io.Writer, row ImportRow) error {
		f := map[string]any{"type": "Feature", "geometry": nil, "properties": row}
		if row.Point != nil {
			f["geometry"] = Geometry{orb.Point(*row.Point)}
		}
		line, err := json.Marshal(f)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s%s", separator, line)
		separator = ",\n"
		return err
	}, func(w io.Writer) error {
		if separator != ",\n" {
			io.WriteString(w, separator)
		}
		_, err := io.WriteString(w, "\n]}\n")
		return err
	}})
}

func (s *Server) importRowsText(ctx context.Context, actor areas.Actor, in *reportWanted) (*huma.StreamResponse, error) {
	return s.report(ctx, actor, in, reportForm{"txt", "text/plain; charset=utf-8", func(w io.Writer, row ImportRow) error {
		at := ""
		if row.Point != nil {
			at = fmt.Sprintf("%.7f, %.7f", row.Point[0], row.Point[1])
		}
		_, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", row.Outcome, row.Where, row.SourceID, row.Reason, at)
		return err
	}, func(io.Writer) error { return nil }})
}

// reportWanted asks for the rows of a run's report.
type reportWanted struct {
	Named
	Outcome string `query:"outcome" enum:"mended,refused,noted" doc:"only these rows"`
}

// reportForm is how a report is written to a file: its ending and type, row by row, and its end.
type reportForm struct {
	ending, kind string
	row          func(io.Writer, ImportRow) error
	end          func(io.Writer) error
}

// report sends a run's report as a file, row by row as the database gives it.
func (s *Server) report(ctx context.Context, actor areas.Actor, in *reportWanted, form reportForm) (*huma.StreamResponse, error) {
	q := areas.ImportRowQuery{County: in.County, Import: in.ID, Outcome: in.Outcome, Page: areas.Page{Limit: 1000}}
	rows, err := s.store.ImportRows(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	write := func(w io.Writer) (err error) {
		told := importRowForm(exchangeOf(ctx).language)
		for {
			for _, row := range rows.Items {
				if err := form.row(w, told(row)); err != nil {
					return err
				}
			}
			if q.Page.After = rows.Next; q.Page.After == "" {
				return form.end(w)
			}
			if rows, err = s.store.ImportRows(ctx, actor, q); err != nil {
				return err
			}
		}
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader(echo.HeaderContentType, form.kind)
		c.SetHeader(echo.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="import-%s.%s"`, in.ID, form.ending))
		exchangeOf(ctx).err = write(c.BodyWriter())
	}}, nil
}

// beginImport is POST /api/imports: the file goes to disk as it comes, and is taken in after the answer.
func (s *Server) beginImport(c echo.Context) error {
	ctx := c.Request().Context()
	actor, err := exchangeOf(ctx).who()
	if err != nil {
		return err
	}
	if !actor.Is(areas.RoleGIS, areas.RoleAdministrator) {
		return errMayNotImport
	}
	up, err := s.receive(c.Request())
	if err != nil {
		return err
	}
	run, err := s.store.BeginImport(ctx, actor, up.options)
	if err != nil {
		return errors.Join(err, up.discard())
	}
	s.work.begin(func(ctx context.Context) { s.takeIn(ctx, actor, run, up) })
	return c.JSON(statusAccepted, importForm(run))
}

// takeIn runs an import; what became of it stands in the import itself.
func (s *Server) takeIn(ctx context.Context, actor areas.Actor, run areas.Import, up *upload) {
	if _, err := s.store.RunImport(ctx, actor, run, func(areas.Import) {}, up.path); err != nil {
		s.logger.WarnContext(ctx, "import failed", "county", run.County, "import", run.ID, "error", err)
	}
	if err := up.discard(); err != nil {
		s.logger.WarnContext(ctx, "leave an uploaded file behind", "error", err)
	}
}

// upload is a file that was sent, and how it is to be read.
type upload struct {
	options areas.ImportOptions
	dir     string
	path    string
}

func (u *upload) discard() error { return os.RemoveAll(u.dir) }

const longestField = 4096 // bytes of a form field that is not the file

// receive reads a multipart form whose file may be of any size.
func (s *Server) receive(r *http.Request) (_ *upload, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errNoForm
	}
	if err := os.MkdirAll(filepath.Join(s.data, "imports"), 0o700); err != nil {
		return nil, err
	}
	up := &upload{options: areas.ImportOptions{Map: map[string]string{}}}
	if up.dir, err = os.MkdirTemp(filepath.Join(s.data, "imports"), "upload-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, up.discard())
		}
	}()
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF) && up.path == "":
			return nil, errNoFile
		case errors.Is(err, io.EOF):
			return up, nil
		case err != nil:
			return nil, errNoForm
		}
		if err := up.take(part); err != nil {
			return nil, err
		}
	}
}

func (u *upload) take(part *multipart.Part) error {
	if part.FormName() == "file" {
		return u.keep(part)
	}
	value, err := io.ReadAll(io.LimitReader(part, longestField))
	if err != nil {
		return errNoForm
	}
	return u.set(part.FormName(), strings.TrimSpace(string(value)))
}

// keep writes the file under its own name, which says what it is.
func (u *upload) keep(part *multipart.Part) (err error) {
	name := filepath.Base(filepath.Clean("/" + strings.ReplaceAll(part.FileName(), `\`, "/")))
	if name == "/" || name == "." || u.path != "" {
		return errNoFile
	}
	u.options.FileName, u.path = name, filepath.Join(u.dir, name)
	file, err := os.OpenFile(u.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(file, received{part})
	return err
}

// received tells a file that did not arrive whole, which its sender can mend, from one that we could not write.
type received struct{ io.Reader }

// Read reads on, and refuses a form that breaks off.
func (r received) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", errNoForm, err)
	}
	return n, err
}

func (u *upload) set(field, value string) error {
	o := &u.options
	texts := map[string]*string{"what": &o.What, "source": &o.Source, "crs": &o.CRS, "datum": &o.Datum, "encoding": &o.Encoding,
		"layer": &o.Layer, "where": &o.Where}
	switch {
	case texts[field] != nil:
		*texts[field] = value
	case field == "county":
		o.County = areas.Code(value)
	case field == "parent":
		o.Parent = areas.Code(value)
	case field == "repair" && value != "":
		metres, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return errBadRepair
		}
		o.Repair = &metres
	case field == "swap":
		o.Swap = value == "true"
	case field == "by_name":
		o.ByName = value == "true"
	case field == "drop" && value != "":
		o.Drop = append(o.Drop, value)
	case field == "overrule":
		o.Overrule = value == "true"
	case field == "map" && value != "":
		ours, theirs, ok := strings.Cut(value, "=")
		if !ok {
			return errBadMap
		}
		o.Map[ours] = theirs
	}
	return nil
}

// importOperation describes beginImport.
func importOperation(api huma.API) huma.Operation {
	text := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: about} }
	form := &huma.Schema{Type: huma.TypeObject, Required: []string{"file", "what", "county", "source"}, Properties: map[string]*huma.Schema{
		"file":     {Type: huma.TypeString, Format: "binary", Description: "GeoJSON, GeoJSONSeq, TopoJSON, GeoPackage, CSV, Shapefile (.zip) or OpenStreetMap (.osm.pbf)"},
		"what":     {Type: huma.TypeString, Enum: []any{"base", "buildings", "areas", "sub_areas", "regions", "expected"}},
		"county":   text("six digits"),
		"source":   text("names the origin; the same source again updates by its ids"),
		"crs":      text("such as EPSG:4490; the file's own if left out, else WGS 84"),
		"datum":    {Type: huma.TypeString, Enum: []any{"", "wgs84", "gcj02", "bd09"}},
		"encoding": text("of text, such as gb18030"),
		"layer":    text("of a file that holds several"),
		"where":    text("column=value: only these rows"),
		"parent":   text("code under which rows go that name no parent"),
		"repair":   {Type: huma.TypeNumber, Description: "metres by which boundaries may miss one another and are drawn together; 0 mends nothing, left out 0.05"},
		"swap":     {Type: huma.TypeBoolean, Description: "the file has the latitude before the longitude"},
		"by_name":  {Type: huma.TypeBoolean, Description: "places above are found by their names too, case and blanks aside"},
		"drop":     {Type: huma.TypeArray, Items: text("word of names that tells no place from another, such as Kecamatan; by name then")},
		"overrule": {Type: huma.TypeBoolean, Description: "what a person set of buildings gives way to the file"},
		"map":      {Type: huma.TypeArray, Items: text("our field=the file's column")},
	}}
	answer := huma.SchemaFromType(api.OpenAPI().Components.Schemas, typeOf[Import]())
	return huma.Operation{
		Method: http.MethodPost, OperationID: "beginImport", Summary: "Upload a file and take it in", Tags: []string{"imports"},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: form}}},
		Responses: map[string]*huma.Response{"202": {Description: "Accepted", Content: map[string]*huma.MediaType{
			"application/json": {Schema: answer}}}},
	}
}
