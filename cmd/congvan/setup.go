package main

import (
	"fmt"

	"congvan/accounts"
	"congvan/migrations"
	"congvan/seed"

	"github.com/spf13/cobra"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to the newest version (DATABASE_URL, APP_ROLE, REPORTING_ROLE)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, log, err := readConfig()
			if err != nil {
				return err
			}
			record, err := c.recordToMigrate()
			if err != nil {
				return err
			}
			defer record.Close()
			applied, err := migrations.Run(cmd.Context(), record.DB())
			if err != nil {
				return err
			}
			if c.AppRole != "" {
				if err := migrations.Grant(cmd.Context(), record.DB(), c.AppRole); err != nil {
					return err
				}
			}
			if c.ReportingRole != "" {
				if err := migrations.GrantReporting(cmd.Context(), record.DB(), c.ReportingRole); err != nil {
					return err
				}
			}
			log.Info("migrated", "applied", applied, "role", c.AppRole)
			return nil
		},
	}
}

func seedCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "seed",
		Short: "Add the Hà Đông org chart, calendar, ladders and demo accounts (DATABASE_URL, TOKENS_FILE, DEMO_PASSWORD_FILE)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, log, record, err := openRecord()
			if err != nil {
				return err
			}
			defer record.Close()
			report, err := seed.Apply(cmd.Context(), record)
			if err != nil {
				return err
			}
			if err := seed.Tokens(cmd.Context(), record, c.TokensFile); err != nil {
				return err
			}
			if err := seed.Password(cmd.Context(), record, c.DemoPasswordFile, accounts.NewHasher(accounts.DefaultParams(), 0)); err != nil {
				return err
			}
			log.Info("seeded", "added", fmt.Sprintf("%+v", report), "tokens", c.TokensFile, "password", c.DemoPasswordFile)
			return nil
		},
	}
}

func tokenCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "token ACCOUNT",
		Short: "Print the token of a demo account, for example: congvan token vanthu.quan",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := readConfig()
			if err != nil {
				return err
			}
			tokens, err := seed.ReadTokens(c.TokensFile)
			if err != nil {
				return fmt.Errorf("no tokens yet (`make run` makes them): %w", err)
			}
			token, ok := tokens[args[0]]
			if !ok {
				return fmt.Errorf("no demo account is called %q; `congvan token` knows those in %s", args[0], c.TokensFile)
			}
			fmt.Fprintln(cmd.OutOrStdout(), token)
			return nil
		},
	}
}
