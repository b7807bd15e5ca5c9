package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"canvass/areas"
)

func newUnsealCommand(cfg *config) *cobra.Command {
	var county, dwelling, reason string
	var from []string
	cmd := &cobra.Command{
		Use:   "unseal --county CODE --dwelling ID --reason TEXT --share FILE --share FILE …",
		Short: "Open the contacts of a dwelling, with its custodians' shares · 启封联系方式",
		Long: `Open what was sealed of a dwelling with so many shares of the county's key as it takes, each brought by another custodian,
and print it. That it was opened, why and with which shares stands in the event log before anything is printed.
It works on the database as its owner: the service itself cannot read what is sealed.
由足够数量的保管人各自提供份额,启封一套住房的联系方式;启封的理由和所用份额先记入操作日志。`,
		Example: `  canvass unseal --county 370883 --dwelling 0190a3c2-7b1e-7c33-9f0a-6f2f5d0c9a11 --reason 复查无人应答 --share li.txt --share wang.txt`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			id, err := uuid.Parse(dwelling)
			if err != nil {
				return fmt.Errorf("--dwelling is the id of a dwelling, as the console and the event log show it: %w", err)
			}
			given, err := readShares(from)
			if err != nil {
				return err
			}
			u := areas.Unsealing{County: areas.Code(county), Dwelling: id, Reason: strings.TrimSpace(reason)}
			return ownerStore(cmd.Context(), cfg, func(store *areas.Store) error { return unseal(cmd, store, u, given) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&dwelling, "dwelling", "", "id of the dwelling")
	flags.StringVar(&reason, "reason", "", "why it must be opened; it is kept in the event log")
	flags.StringArrayVar(&from, "share", nil, "file of a share; once for each custodian")
	bindCounty(cmd, &county)
	for _, required := range []string{"dwelling", "reason", "share"} {
		if err := cmd.MarkFlagRequired(required); err != nil {
			panic(err)
		}
	}
	return cmd
}

// unseal opens with shares, and prints once the event is written.
func unseal(cmd *cobra.Command, store *areas.Store, u areas.Unsealing, shares []keyShare) error {
	private, err := joinShares(shares)
	if err != nil {
		return err
	}
	if shares[0].county != u.County {
		return fmt.Errorf("these shares are of county %s, not %s", shares[0].county, u.County)
	}
	u.Key = shares[0].key
	for _, s := range shares {
		u.Shares = append(u.Shares, s.number)
	}
	var lines []string
	err = store.Unseal(cmd.Context(), areas.System(), u, func(c areas.SealedContact) {
		contact, err := c.Open(private)
		line := fmt.Sprintf("%s  %s  %s", c.ReceivedAt.Format("2006-01-02 15:04"), contact.Name, contact.Telephone)
		if err != nil { // one that was tampered with does not keep the others shut
			line = fmt.Sprintf("%s  %v · 无法启封", c.ReceivedAt.Format("2006-01-02 15:04"), err)
		}
		lines = append(lines, line)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), strings.Join(lines, "\n"))
	return err
}

// ownerPool connects as whoever the address names, without taking the service's own role.
func ownerPool(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read the database address: %w", err)
	}
	config.MaxConns = toolConns
	return pgxpool.NewWithConfig(ctx, config)
}
