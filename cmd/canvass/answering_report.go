package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"canvass/areas"
)

// reportColumns are those of a file of reports; the counts of persons come with what is submitted.
var reportColumns = []string{"code", "state", "present_registered", "present_elsewhere", "present_pending", "absent_registered"}

func newAnsweringSystemReportCommand(cfg *config) *cobra.Command {
	var county, tokenFile string
	cmd := &cobra.Command{
		Use:   "report FILE.csv --county CODE --token-file FILE",
		Short: "Take what it reports from a file, where it cannot reach this server · 从文件接收进度",
		Long: `A file of reports has a line for each, under the names ` + strings.Join(reportColumns, ",") + `.
The state is started, prefilled or submitted; what is submitted comes with the four counts of persons, which are left empty
otherwise. The same report again changes nothing, so that a file may be taken twice. What is refused is said by its line, the rest is
taken, and the exit code is 1. The token is read from a file, so that no list of processes shows it; - reads the reports from
standard input.
填报系统无法直连时,用文件报告进度;重复导入不会重复计数,被拒绝的行会逐行说明。`,
		Example: `  canvass answering-system report today.csv --county 370883 --token-file answers.token`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			token, err := os.ReadFile(tokenFile)
			if err != nil {
				return err
			}
			reports, err := readReportFile(cmd, args[0])
			if err != nil {
				return err
			}
			for i := range reports {
				reports[i].County = areas.Code(county)
			}
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				return takeReports(cmd, store, strings.TrimSpace(string(token)), reports)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&county, "county", "", "six digits of the county")
	flags.StringVar(&tokenFile, "token-file", "", "file that holds the token, as answering-system add printed it")
	for _, required := range []string{"county", "token-file"} {
		if err := cmd.MarkFlagRequired(required); err != nil {
			panic(err)
		}
	}
	return cmd
}

// takeReports takes reports one by one and says what became of them; a code is a secret, so that lines are named.
func takeReports(cmd *cobra.Command, store *areas.Store, token string, reports []areas.SelfResponseReport) error {
	refused := 0
	for i, r := range reports {
		_, err := store.ReportSelfResponse(cmd.Context(), token, r)
		switch {
		case areas.KindOf(err) == areas.Unauthenticated:
			return err
		case areas.KindOf(err) != 0:
			refused++
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "line %d: %v\n", i+2, err); err != nil {
				return err
			}
		case err != nil:
			return fmt.Errorf("line %d: %w", i+2, err)
		}
	}
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%d reports taken, %d refused\n", len(reports)-refused, refused); err != nil {
		return err
	}
	if refused > 0 {
		return exitCode(1)
	}
	return nil
}

func readReportFile(cmd *cobra.Command, path string) ([]areas.SelfResponseReport, error) {
	if path == "-" {
		return readReports(cmd.InOrStdin())
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	out, err := readReports(file)
	return out, errors.Join(err, file.Close())
}

// readReports reads a whole file before anything of it is taken.
func readReports(r io.Reader) ([]areas.SelfResponseReport, error) {
	rows := csv.NewReader(r)
	head, err := rows.Read()
	if err != nil || !slices.Equal(head, reportColumns) {
		return nil, fmt.Errorf("line 1: the first line names the columns: %s", strings.Join(reportColumns, ","))
	}
	var out []areas.SelfResponseReport
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		report, err := reportOf(row)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", len(out)+2, err)
		}
		out = append(out, report)
	}
}

func reportOf(row []string) (areas.SelfResponseReport, error) {
	out := areas.SelfResponseReport{Code: row[0], State: row[1]}
	counts := row[2:]
	if strings.Join(counts, "") == "" {
		return out, nil
	}
	numbers := make([]int, len(counts))
	for i, text := range counts {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return out, fmt.Errorf("%s is %q, not a number of persons", reportColumns[i+2], text)
		}
		numbers[i] = n
	}
	out.Persons = &areas.Persons{PresentRegistered: numbers[0], PresentElsewhere: numbers[1], PresentPending: numbers[2], AbsentRegistered: numbers[3]}
	return out, nil
}
