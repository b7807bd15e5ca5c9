package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"canvass/areas"
	"canvass/migrations"
	"canvass/tiles"
	"canvass/web"
)

func newServeCommand(cfg *config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the console, the field page, the API and the map · 启动服务",
		Long: `Serve everything at --addr until a signal ends it: the console at /, the enumerators' page at /field/, the API under
/api (described at /openapi.json), the map under /tiles. The schema is brought up to date first.
在 --addr 提供控制台(/)、普查员页面(/field/)、接口(/api)与地图(/tiles)。

It says "ready at …" once it answers. SIGINT and SIGTERM end it in order: requests are finished, imports undone.
The first start makes the key that field packages are signed with, by which tablets know this service: in the data
directory, in a database of yours, or in the file that --key names. Keep it with the backups: tablets refuse another.
首次启动生成签署离线任务包的密钥,平板据此识别本服务;请与备份一起妥善保管。

Behind a proxy it believes X-Forwarded-For of the same machine only. Offline work on tablets needs HTTPS: give
--tls-cert and --tls-key, or let the proxy have them.` + imageryHelp,
		Example: `  canvass serve
  canvass serve --addr 0.0.0.0:8443 --tls-cert county.pem --tls-key county.key
  CANVASS_ADDR=127.0.0.1:9000 DATABASE_URL=postgres://canvass@db/county canvass serve`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			dsn, leave, err := ownDatabase(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, leave()) }()
			if err := migrations.Up(cmd.Context(), dsn); err != nil {
				return err
			}
			return serveUntil(cmd.Context(), cfg, dsn, func(address string) {
				fmt.Fprintf(cmd.OutOrStdout(), "canvass is ready at %s · 服务已就绪\n", address)
			})
		},
	}
	cmd.Flags().StringVar(&cfg.tlsCert, "tls-cert", "", "certificate (PEM) to serve HTTPS with [$CANVASS_TLS_CERT]")
	cmd.Flags().StringVar(&cfg.tlsKey, "tls-key", "", "its private key (PEM) [$CANVASS_TLS_KEY]")
	cmd.Flags().StringVar(&cfg.key, "key", "", "file of the key that signs field packages (PEM, Ed25519), made if it is not there [$CANVASS_KEY]")
	cmd.Flags().Int64Var(&cfg.packageMB, "package-cache", 1024, "megabytes of field packages kept on disk [$CANVASS_PACKAGE_CACHE]")
	cfg.bindImagery(cmd)
	cmd.MarkFlagsRequiredTogether("tls-cert", "tls-key")
	return cmd
}

// serveConns is how many connections a server has to its database; each statement is short.
const serveConns = 16

// serveUntil serves the county in a migrated database until the context ends, and calls ready once it answers.
func serveUntil(ctx context.Context, cfg *config, dsn string, ready func(address string)) error {
	imagery, err := cfg.readImagery()
	if err != nil {
		return err
	}
	pool, err := migrations.Connect(ctx, dsn, serveConns)
	if err != nil {
		return err
	}
	defer pool.Close()
	listener, err := net.Listen("tcp", cfg.addr)
	if err != nil {
		return fmt.Errorf("listen on %s (choose another with --addr): %w", cfg.addr, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	key, err := serverKey(ctx, cfg, dsn)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	store, tileServer := areas.NewStore(pool), tiles.New(pool, tiles.Options{Logger: cfg.logger, Key: key,
		PackageDir: filepath.Join(cfg.data, "packages"), PackageBytes: cfg.packageMB << 20,
		Imagery: imagery, ImageryDir: filepath.Join(cfg.data, "imagery")})
	server, err := web.New(web.Options{Pool: pool, Store: store, Tiles: tileServer, Data: cfg.data, Key: key,
		Ready: laid(dsn), Logger: cfg.logger})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	front := &http.Server{Handler: server, ReadHeaderTimeout: web.HeaderPatience, IdleTimeout: web.IdlePatience,
		ConnState: server.ConnState}
	front.RegisterOnShutdown(server.CloseStreams)
	group.Go(func() error { return untilEnd(server.Run(ctx)) })
	group.Go(func() error { return untilEnd(tileServer.Follow(ctx)) })
	group.Go(func() error { return untilEnd(tend(ctx, cfg.logger, store)) })
	group.Go(func() error { return untilEnd(cfg.accept(front, server.Listen(listener))) })
	group.Go(func() error {
		<-ctx.Done()
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer cancel()
		return front.Shutdown(patience)
	})
	ready(cfg.address(listener.Addr()))
	return group.Wait()
}

// laid tells whether a database has every part of the schema.
func laid(dsn string) func(context.Context) error {
	return func(ctx context.Context) error {
		pending, err := migrations.Pending(ctx, dsn)
		if err == nil && pending > 0 {
			err = fmt.Errorf("the database lacks %d migrations: run canvass migrate", pending)
		}
		return err
	}
}

// accept answers requests until the server is shut down.
func (c *config) accept(front *http.Server, listener net.Listener) error {
	if c.tlsCert != "" {
		return front.ServeTLS(listener, c.tlsCert, c.tlsKey)
	}
	return front.Serve(listener)
}

// address is where a browser on this machine finds the service.
func (c *config) address(at net.Addr) string {
	scheme := "http"
	if c.tlsCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return scheme + "://" + at.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// untilEnd makes nothing of the errors by which things say that they were told to end.
func untilEnd(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
