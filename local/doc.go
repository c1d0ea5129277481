// Package local runs a whole installation on one machine: PostgreSQL, Temporal, the worker and the API, each as a child
// process that is started in order, watched, restarted when it dies, and stopped in reverse.
//
// It is for a developer's machine and for the small authority that has one server. Everything it makes lies in one
// directory (Config.Root, normally `.local`), which Reset removes; nothing outside it is changed, except that a machine
// without PostgreSQL gets it installed, and says so. It knows the rest of the program only from outside: it runs
// `congvan migrate`, `seed`, `worker` and `serve`, and tells them by environment variables where everything is.
//
// What lies in Root:
//
//	postgres/              the cluster's data (or elsewhere, when its account cannot reach Root: then `postgres.directory` says where)
//	postgres.password      of the role that the programs log in with; postgres.admin of the superuser; both 0600
//	codec.keys             seal what is handed to Temporal; 0600; nothing that it holds can be read without them
//	postgresql/            PostgreSQL's programs, when they had to come from npm
//	attachments/           the files
//	tokens.json            written by `congvan seed`
//	demo-password          written by `congvan seed`
//	accounts.key           written by `congvan serve`
//	logs/NAME.log          what each child says; NAME.log.1 is the part before that
//	run/NAME.pid           which process is which, so that a start after a crash finds what is left over
//	up.pid                 locked while the installation runs
package local
