package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"canvass/areas"
)

// keysOrder is what the subcommands of keys are told.
type keysOrder struct {
	county    string
	threshold int
	shares    int
	out       string
	from      []string // files of shares
}

func newKeysCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Make, split and replace the key that contacts are sealed to · 管理联系方式加密密钥",
		Long: `Contacts noted at listing (name, telephone) are sealed on the tablet to the county's key. The service has its public half
alone. The private half is split into shares, one a custodian; it exists whole only while a command here runs. Fewer
shares than the threshold tell nothing of it, and without enough of them what was sealed is lost: keep spare ones.
摸底时记录的联系方式在平板上用县公钥加密。服务器只有公钥;私钥分成若干份,由不同的保管人各持一份,份数不足不能启封。

What was sealed is opened with canvass unseal.`,
		Example: `  canvass keys make --county 370883 --threshold 2 --shares 3 --out /media/usb
  canvass keys list --county 370883`,
	}
	cmd.AddCommand(newKeysMakeCommand(cfg), newKeysSplitCommand(cfg), newKeysRotateCommand(cfg), newKeysListCommand(cfg))
	return cmd
}

func newKeysMakeCommand(cfg *config) *cobra.Command {
	return newKeyCommand(cfg, false, &cobra.Command{
		Use:   "make --county CODE --out DIR",
		Short: "Make a county's first key and write its shares · 建立县密钥并写出份额",
		Long: `Make a key, write its shares to DIR, a file each, and give the service the public half. From then on tablets of the county
may note contacts.
生成密钥,将各份额写入 DIR,并把公钥交给服务器;此后该县的平板可以记录联系方式。`,
		Example: `  canvass keys make --county 370883 --threshold 2 --shares 3 --out /media/usb`,
	})
}

func newKeysRotateCommand(cfg *config) *cobra.Command {
	return newKeyCommand(cfg, true, &cobra.Command{
		Use:   "rotate --county CODE --out DIR",
		Short: "Replace a county's key by a new one · 更换县密钥",
		Long: `Make a new key as make does and retire the one before. Tablets seal to the new one from their next package on. Keep the
old shares: what was sealed to the old key opens with them alone.
生成新密钥并停用旧密钥。请保留旧份额:此前加密的内容只能用旧份额启封。`,
		Example: `  canvass keys rotate --county 370883 --threshold 3 --shares 5 --out /media/usb`,
	})
}

// newKeyCommand is make, or rotate where it replaces.
func newKeyCommand(cfg *config, replace bool, cmd *cobra.Command) *cobra.Command {
	var o keysOrder
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		private, err := areas.NewCountyPrivateKey()
		if err != nil {
			return err
		}
		return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
			names, k, err := o.lay(private, func(k areas.CountyKey) (areas.CountyKey, error) {
				return store.SetCountyKey(cmd.Context(), areas.System(), k, replace)
			})
			if err == nil {
				o.tell(cmd, names, k)
			}
			return err
		})
	}
	o.bind(cmd)
	return cmd
}

func newKeysSplitCommand(cfg *config) *cobra.Command {
	var o keysOrder
	cmd := &cobra.Command{
		Use:   "split --county CODE --share FILE --share FILE … --out DIR",
		Short: "Split a key anew, for other custodians · 重新分割密钥",
		Long: `Put a key together from its shares and split it anew. Shares of the splitting before still open what was sealed: have them
destroyed, or rotate the key where a custodian is no longer trusted.
由现有份额重新分割同一密钥。旧份额仍然有效,应予销毁;如不再信任某位保管人,请更换密钥。`,
		Example: `  canvass keys split --county 370883 --share li.txt --share wang.txt --threshold 2 --shares 4 --out /media/usb`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			given, err := readShares(o.from)
			if err != nil {
				return err
			}
			private, err := joinShares(given)
			if err != nil {
				return err
			}
			if string(given[0].county) != o.county {
				return fmt.Errorf("these shares are of county %s, not %s", given[0].county, o.county)
			}
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error {
				names, k, err := o.lay(private, func(k areas.CountyKey) (areas.CountyKey, error) {
					return k, store.ResplitCountyKey(cmd.Context(), areas.System(), k)
				})
				if err == nil {
					o.tell(cmd, names, k)
				}
				return err
			})
		},
	}
	o.bind(cmd)
	cmd.Flags().StringArrayVar(&o.from, "share", nil, "file of a share; once for each custodian")
	return cmd
}

func newKeysListCommand(cfg *config) *cobra.Command {
	var county string
	cmd := &cobra.Command{
		Use:     "list --county CODE",
		Short:   "List a county's keys, the current one first · 列出县密钥",
		Example: `  canvass keys list --county 370883`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd.Context(), cfg, func(store *areas.Store) error { return listKeys(cmd, store, areas.Code(county)) })
		},
	}
	bindCounty(cmd, &county)
	return cmd
}

func listKeys(cmd *cobra.Command, store *areas.Store, county areas.Code) error {
	keys, err := store.CountyKeys(cmd.Context(), areas.System(), county)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "county %s has no key: its tablets note no contacts · 本县没有密钥\n", county)
	}
	for _, k := range keys {
		state := "current · 使用中"
		if k.RetiredAt != nil {
			state = "retired · 停用 " + k.RetiredAt.Format(time.DateOnly)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s  made %s  %d of %d shares open it  %s\n", k.ID, k.MadeAt.Format(time.DateOnly), k.Threshold, k.Shares, state)
	}
	return nil
}

func (o *keysOrder) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVar(&o.threshold, "threshold", 2, "how many shares open what was sealed, at least 2")
	flags.IntVar(&o.shares, "shares", 3, "how many shares there are")
	flags.StringVar(&o.out, "out", "", "directory for the shares, best on a medium that leaves the machine")
	bindCounty(cmd, &o.county)
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err)
	}
}

func bindCounty(cmd *cobra.Command, county *string) {
	cmd.Flags().StringVar(county, "county", "", "code of the county, six digits")
	if err := cmd.MarkFlagRequired("county"); err != nil {
		panic(err)
	}
}

// lay writes the shares of a private key and has the census know of it. If it refuses, the shares are removed.
func (o *keysOrder) lay(private []byte, know func(areas.CountyKey) (areas.CountyKey, error)) ([]string, areas.CountyKey, error) {
	public, err := areas.CountyPublicKey(private)
	if err != nil {
		return nil, areas.CountyKey{}, err
	}
	k := areas.CountyKey{County: areas.Code(o.county), ID: areas.CountyKeyID(public), Public: public, Threshold: o.threshold, Shares: o.shares}
	shares, err := splitKey(private, keyShare{county: k.County, key: k.ID, threshold: o.threshold, shares: o.shares})
	if err != nil {
		return nil, k, err
	}
	names, err := writeShares(o.out, shares)
	if err == nil {
		k, err = know(k)
	}
	if err != nil {
		for _, name := range names {
			err = errors.Join(err, os.Remove(name))
		}
		return nil, k, err
	}
	return names, k, nil
}

func (o *keysOrder) tell(cmd *cobra.Command, names []string, k areas.CountyKey) {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "key %s of county %s: any %d of these %d shares open what is sealed to it · 任意 %[3]d 份可以启封\n", k.ID, k.County, k.Threshold, k.Shares)
	for _, name := range names {
		fmt.Fprintf(out, "  %s\n", name)
	}
	fmt.Fprintln(out, "hand each to another custodian, and keep none here · 请分别交给不同的保管人,勿留在本机")
}

// ownerStore is the census as the database's owner sees it: to the service's own connections sealed contacts are closed.
func ownerStore(ctx context.Context, cfg *config, do func(*areas.Store) error) (err error) {
	dsn, leave, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leave()) }()
	pool, err := ownerPool(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	return do(areas.NewStore(pool))
}
