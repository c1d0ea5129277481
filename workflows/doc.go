// Package workflows is what happens next, and when: one workflow per document
// keeps its clocks and moves it on. document.go is the story.
//
// A workflow carries ids and instants only; what it has to know it lets an
// activity read from the record each time. So neither can drift from the
// other, nothing of a document's content is in a workflow's history, and a
// lost history can be begun anew from the record.
//
// Changing the story. Running documents live for months and move to the newest
// code with their next step, so every change of the sequence of commands
// (activities, timers, and their order) goes behind workflow.GetVersion. The
// histories in testdata/histories are recorded from a real server, once a
// release, and every test run replays those of all releases:
//
//	go test ./workflows -run TestRecordHistories -record v0.2.0
//
// A recorded history is never deleted as long as a document of its time may be
// open. A new path of the story gets a recording of its own in record_test.go.
package workflows
