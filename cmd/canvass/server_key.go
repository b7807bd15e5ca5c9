package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
)

// serverKey is the key by which tablets know this service: whoever holds it can sign field packages in its name. It is made
// at the first start. It lies in the file that --key names, else in the data directory; where the database is not our own, in
// it, so that every instance that shares the database has the same one.
func serverKey(ctx context.Context, cfg *config, dsn string) (ed25519.PrivateKey, error) {
	switch {
	case cfg.key != "":
		return keyInFile(cfg.key)
	case cfg.database == "":
		return keyInFile(filepath.Join(cfg.data, "server.key"))
	}
	key, err := keyInDatabase(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("read the server's key from the database, which only its owner may (else name a file with --key): %w", err)
	}
	return key, nil
}

// keyInFile reads a PEM file of PKCS #8, or makes it; nobody but its owner may read it.
func keyInFile(path string) (ed25519.PrivateKey, error) {
	if err := makeKeyFile(path); err != nil {
		return nil, fmt.Errorf("make the server's key %s: %w", path, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the server's key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others may read the server's key: chmod 600 %s · 他人可读取服务器密钥,请执行该命令", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the server's key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM key", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the server's key %s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a %T, not an Ed25519 key (openssl genpkey -algorithm ed25519 makes one)", path, parsed)
	}
	return key, nil
}

// makeKeyFile makes a key unless the file is there. Of several who do so at once, one lays the file.
func makeKeyFile(path string) (err error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	if err := errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// keyInDatabase reads the key as the database's owner, or makes it.
func keyInDatabase(ctx context.Context, dsn string) (key ed25519.PrivateKey, err error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	seed := make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		return nil, err
	}
	const made = `INSERT INTO server_keys (name, private) VALUES ('packages', $1) ON CONFLICT DO NOTHING`
	if _, err := conn.Exec(ctx, made, seed); err != nil {
		return nil, err
	}
	if err := conn.QueryRow(ctx, `SELECT private FROM server_keys WHERE name = 'packages'`).Scan(&seed); err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
