// Command bench measures the product against two references on this machine,
// in the same run and in turns, and prints one JSON object a line.
//
//	make bench                              everything, eight to eleven minutes on two cores
//	go run ./bench -only desk,bare-temporal a part of it
//
// It brings up a whole installation of its own in a temporary directory, with
// the programs of bin/: PostgreSQL with fsync and synchronous_commit on,
// Temporal, worker and API, each a process of its own.
//
// # One document
//
// The clerk registers it; the chairman directs it to 17 wards (ward 1 leads,
// 16 execute, due in five working days); when the 17 assignments are there,
// each ward acknowledges (this is timed), then each reports, the lead last; the
// chairman approves the lead's report; when nothing of it is open any more, it
// is done. So 37 acts and two waits. Many clients do this side by side, each
// one document after another (closed loop). All of them wait by one goroutine
// that asks the record one question every 15 ms, whatever carries the document.
//
// Here the direction follows the registration at once. In life hours lie
// between them, and the workflow has a step of its own for the wait; -apart 1s
// measures that, for all ways alike.
//
// # The ways
//
//   - desk: package desk in this process, workflows in the installation's
//     worker. Every act has a request key. Rights, versions, idempotency,
//     working calendar, alarms, outbox: all of the product but HTTP.
//   - http: the same acts through the API of `congvan serve`, with tokens,
//     Idempotency-Key and If-Match, over connections that stay open.
//   - bare-sql: the least that leaves the same rows. Raw SQL through bun and
//     pgdriver, one statement an act on the same schema: documents, directions,
//     recipients, assignments, events, books. The client itself inserts the
//     assignments after the direction and closes what is open at the end. No
//     rights, no request keys, no outbox, no rules, no calendar, no alarms,
//     no workflow.
//   - bare-temporal: the acts of bare-sql; then one workflow a document, started
//     by the client at the direction: a local activity inserts the assignments,
//     one timer sleeps to a far instant, one signal comes at the conclusion, a
//     local activity closes the rest. Its worker is in this process, with as many
//     pollers as the product's. It has no outbox, so a client that dies at the
//     wrong moment leaves a document without a workflow, and nobody is ever
//     reminded.
//
// The references use bun as it comes, which lets the server plan each statement
// each time; the product prepares its hot statements, and so can beat them.
// With -prepare the references do so, too: then they are a floor.
//
// # The figures
//
//   - docs_per_s: documents done ÷ time, from the first act to the last document.
//   - cpu_ms_per_doc: user and system time of every process that takes part,
//     from /proc: PostgreSQL with all its backends, Temporal, the worker, the
//     API, this process with clients, watcher and what it hosts; for bare-sql
//     only PostgreSQL and this process.
//   - history_events_per_doc: history length as Temporal tells it, after the
//     timed part.
//   - ack_ms_p50, ack_ms_p95: from the call to the answer, under that load.
//
// Each figure is the median of the rounds, with the smallest and the largest
// beside it; a ratio is the median of the ratios of neighbouring rounds. Wall
// figures of a machine that others use too vary by a quarter; CPU is steadier.
//
// # Many wards
//
// "broadcast" and "storm" use a city of their own with 579 wards. A document
// goes to 17, 126 or 579 of them: half acknowledge at once, half only after
// they were reminded, all report. In the storm 295 documents of 17 wards are due
// at the same instant, and 5,015 alarms have to ring, while somebody
// acknowledges 50 times a second, whether or not the last one was answered.
//
// # Pages
//
// "pages" fills a record of its own with a district's book of five years: 100,000
// documents, the last 2,000 at work, each with an office and 17 wards. One client
// asks for each page 200 times, as the person whose page it is and with gzip, over
// a connection that stays open; server and client are this process. "bytes_gzip"
// is the page alone, without the style sheet and the scripts that a browser keeps.
//
// # Questions
//
// "questions" runs only when it is named: make bench-questions. It fills a record of
// its own once, a million documents in the books of six years that went to 200
// units, and keeps it; docs/questions.md tells what is in it, what is asked and how.
//
// Memory is the resident set (VmRSS). "start" is a second `congvan up` on the
// data that the bench has made, until everything answers. "dispatch" is, on the
// idle machine, from the answer to the direction until the last of the 17
// assignments can be read.
package main
