package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql/driver"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql/session"
	"go.temporal.io/server/common/resolver"
	postgresschema "go.temporal.io/server/schema/postgresql/v12"
	"go.temporal.io/server/tools/common/schema"
	"go.temporal.io/server/tools/sql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"
)

// prepareDatabases creates what is missing and brings both schemas to the version that this server was built with. On a
// machine that is up to date it reads two rows. The steps are those of temporal-sql-tool, whose own entry point ends the
// process on an error instead of returning it.
func prepareDatabases(o options, logger log.Logger) error {
	for _, d := range []struct{ name, schema, version string }{
		{historyDatabase, "postgresql/v12/temporal", postgresschema.Version},
		{visibilityDatabase, "postgresql/v12/visibility", postgresschema.VisibilityVersion},
	} {
		if err := prepareDatabase(o, d.name, d.schema, d.version, logger); err != nil {
			return fmt.Errorf("prepare database %s: %w", d.name, err)
		}
	}
	return nil
}

func prepareDatabase(o options, name, schemaName, version string, logger log.Logger) error {
	if err := createDatabase(o, name); err != nil {
		return err
	}
	db, err := sql.NewConnection(database(o, name, 1), logger)
	if err != nil {
		return err
	}
	defer db.Close()
	current, err := db.ReadSchemaVersion()
	if err != nil { // no version table yet
		first := &schema.SetupConfig{InitialVersion: "0.0"}
		if err := schema.NewSetupSchemaTask(db, first, log.NewNoopLogger()).Run(); err != nil {
			return err
		}
	}
	if current == version {
		return nil
	}
	return schema.NewUpdateSchemaTask(db, &schema.UpdateConfig{SchemaName: schemaName}, logger).Run()
}

func createDatabase(o options, name string) error {
	maintenance := database(o, "postgres", 1)
	db, err := session.NewSession(maintenance, &driver.PGXDriver{}, resolver.NewNoopResolver())
	if err != nil {
		return err
	}
	defer db.Close()
	var exists bool
	if err := db.Get(&exists, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name); err != nil || exists {
		return err
	}
	_, err = db.Exec("CREATE DATABASE " + name) // a constant of this program, never input
	return err
}

// openNamespace registers the namespace if it is missing and returns when a request in it reaches a history shard: only
// then can a worker start work.
func openNamespace(ctx context.Context, o options) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	connection, err := grpc.NewClient(fmt.Sprintf("%s:%d", loopback, o.port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("reach the frontend: %w", err)
	}
	defer connection.Close() //nolint:errcheck // nothing was written through it
	frontend := workflowservice.NewWorkflowServiceClient(connection)
	for {
		err := tryNamespace(ctx, frontend, o)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("open namespace %s: %w", o.namespace, errors.Join(ctx.Err(), err))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func tryNamespace(ctx context.Context, frontend workflowservice.WorkflowServiceClient, o options) error {
	_, err := frontend.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: o.namespace})
	var missing *serviceerror.NamespaceNotFound
	if err = serviceerror.FromStatus(serviceerror.ToStatus(err)); errors.As(err, &missing) {
		_, err = frontend.RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
			Namespace:                        o.namespace,
			WorkflowExecutionRetentionPeriod: durationpb.New(o.retention),
		})
	}
	if err != nil {
		return err
	}
	_, err = frontend.DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: o.namespace,
		Execution: &common.WorkflowExecution{WorkflowId: "is-history-awake"},
	})
	var unknown *serviceerror.NotFound // as it should be: history looked and found no such workflow
	if err = serviceerror.FromStatus(serviceerror.ToStatus(err)); errors.As(err, &unknown) {
		return nil
	}
	return err
}

// startPages serves the Temporal UI, without looking for news on the Internet.
func startPages(o options) *uiserver.Server {
	pages := uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		Host:                loopback,
		Port:                o.uiPort,
		TemporalGRPCAddress: fmt.Sprintf("%s:%d", loopback, o.port),
		DefaultNamespace:    o.namespace,
		EnableUI:            true,
		DisableNewsFetch:    true,
		HideLogs:            true,
		CORS:                uiconfig.CORS{CookieInsecure: true}, // plain HTTP on the loopback address
	}))
	go pages.Start() //nolint:errcheck // ends with the process; it reports a port in use itself
	return pages
}
