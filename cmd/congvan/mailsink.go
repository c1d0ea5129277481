package main

import (
	"congvan/mailsink"

	"github.com/spf13/cobra"
)

func mailSinkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "mail-sink",
		Short: "Take every mail, send none, show them on a page (MAIL_SINK_SMTP_ADDRESS, MAIL_SINK_ADDRESS)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, log, err := readConfig()
			if err != nil {
				return err
			}
			log.Info("taking mail", "smtp", c.MailSinkSMTPAddress, "page", "http://"+c.MailSinkAddress)
			return mailsink.Run(cmd.Context(), c.MailSinkSMTPAddress, c.MailSinkAddress)
		},
	}
}
