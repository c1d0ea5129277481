// Package routing is the domain of Công Văn: what a document is, who may do
// what with it, which step may follow which, and when which alarm rings.
//
// Everything here is a value or a pure function. The package imports the
// standard library and package calendar, nothing else; it neither knows
// PostgreSQL nor Temporal, and it never asks for the time: the instant is
// always an argument, in any zone, and is compared in UTC.
//
// # Glossary (code, screen, meaning)
//
//   - [Document], văn bản: a letter, decision or plan with a number and
//     notation (số, ký hiệu), an issuer, a subject (trích yếu) and an urgency.
//   - [Direction], ý kiến chỉ đạo (bút phê): a leader's decision on who does
//     what by when. Nghị định 30/2020/NĐ-CP, Điều 23.
//   - [Assignment], phần việc: one unit's or officer's share. Assignments form
//     a tree: district, department, ward, officer.
//   - [Receipt] of an assignment, xác nhận đã nhận: the unit took it, when, and
//     under which số đến of its own book. NĐ 30/2020, Điều 22.
//   - [Report], báo cáo kết quả: the work is said to be done; whoever gave the
//     direction approves it or sends it back.
//   - [Deadline], thời hạn: an instant that must not pass without an act.
//   - [Ladder], thang đôn đốc: who is told how long before or after which
//     deadline; [Rung] is one step of it, [Alarm] a rung at an instant.
//   - [Event], nhật ký: one act that happened. Events are only ever added.
//   - [Milestone]: an event after which the process has to move on; it wakes
//     the document's workflow. All other events wake nobody.
//
// The five "rõ" (rõ người, rõ việc, rõ quy trình, rõ trách nhiệm, rõ hiệu quả)
// are the completeness of a direction; see [Direction.Check].
package routing
