package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"canvass/areas"
	"canvass/web"
)

func newImportOutboxCommand(cfg *config) *cobra.Command {
	var back string
	cmd := &cobra.Command{
		Use:   "outbox FILE",
		Short: "Take the unsent work of a tablet that no network reaches · 导入平板导出的未发送记录",
		Long: `Take the file that the field app wrote of its unsent work, as if the tablet had sent it: every change once, whether the
file comes again or the tablet sends it too. Only the server that the tablet is enrolled with can open it (its key lies in
--data, or where --key says); a file that was altered, or of a tablet that was revoked, is refused. What contradicts newer
work is set aside for a supervisor, as ever. The receipts go to a file beside it: bring it back, and the tablet forgets
what has arrived.
每条记录只计一次;回执文件带回平板后,平板才会删除已送达的记录。`,
		Example: `  canvass import outbox li-2026-11-03.outbox
  canvass import outbox li-2026-11-03.outbox --receipts /media/usb/li.receipts`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if back == "" {
				back = strings.TrimSuffix(args[0], ".outbox") + ".receipts"
			}
			return importOutbox(cmd.Context(), cfg, args[0], back, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&back, "receipts", "", "where the receipts go; beside FILE, ending in .receipts, if not given")
	cmd.Flags().StringVar(&cfg.key, "key", "", "file of the key of the server that the tablet knows (PEM, Ed25519) [$CANVASS_KEY]")
	return cmd
}

// importOutbox takes a file, tells what became of it, and writes the receipts. Where they cannot be written, the file may be taken again.
func importOutbox(ctx context.Context, cfg *config, path, back string, out io.Writer) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	dsn, leave, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	key, err := serverKey(ctx, cfg, dsn)
	if err := errors.Join(err, leave()); err != nil {
		return err
	}
	return withStore(ctx, cfg, func(store *areas.Store) error {
		taken, err := web.TakeOutbox(ctx, store, areas.System(), key, file)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s (%s), written %s: %d changes applied, %d held, %d set aside, %d rejected\n", taken.UserName, taken.DeviceName,
			taken.WrittenAt.Local().Format("2006-01-02 15:04"), taken.Applied, taken.Held, taken.Quarantined, taken.Rejected)
		for _, r := range taken.Receipts {
			if r.State != areas.ChangeApplied {
				fmt.Fprintf(out, "  %5d %-11s %s\n", r.Serial, r.State, tellOr(r.Detail, r.Reason))
			}
		}
		if err := os.WriteFile(back, taken.File, 0o644); err != nil {
			return fmt.Errorf("write the receipts, for which the file may be taken again: %w", err)
		}
		fmt.Fprintf(out, "receipts: %s, to be brought back to the tablet · 请把回执文件带回平板\n", back)
		return nil
	})
}

// tellOr is what is said, or else the word for it.
func tellOr(said, word string) string {
	if said == "" {
		return word
	}
	return said
}
