// Package calendar is the working time of Vietnamese public offices: which days
// are worked, from when to when, and how a term in hours or days is counted.
//
// Everything is an immutable value or a pure function of its arguments: the
// package never asks what time it is and needs no zone files of the machine.
// Values may be shared between goroutines. Every zero value is usable: the zero
// [Clock] knows the weekly rule and the usual office hours.
//
// # The rules
//
// Days. Monday to Friday are worked, Saturday and Sunday are not. An
// [Exception] turns one date around: a public holiday (Bộ luật Lao động 2019,
// Điều 112; since 2026 also 24/11, Ngày Văn hóa Việt Nam, Nghị quyết
// 28/2026/QH16), a day off in lieu, a swapped day off, or a Saturday worked to
// make up for one. A worked Saturday has the same office hours as a Monday.
//
// Hours. A working day has one or more sessions, by default 08:00-12:00 and
// 13:00-17:00. A session includes its opening instant and excludes its closing
// instant: at 12:00 sharp the office is closed.
//
// Terms in minutes or hours ([Clock.Add]) run from the very instant (Bộ luật
// Dân sự 2015, Điều 147 khoản 1), in working time only: what arrives on Sunday
// starts to count on Monday at 08:00. A term that is used up exactly when a
// session ends, ends there and not when the next session opens.
//
// Terms in working days ([Clock.AddDays]) do not count the day of the event
// (Điều 147 khoản 2 and 3): day 1 is the next working day, at whatever hour the
// event happened. The term ends with the last day; as only working days count,
// that is never a day off (Điều 148 khoản 5). The law ends a day at 24:00; an
// office ends it when it closes, and so does this package.
//
// "Trong ngày" is a term of 0 days: it ends when the office closes that day.
// What arrives on a day off or after closing counts as arriving at the next
// opening, so it ends when the office closes on the next working day.
//
// Zones. Arguments may be in any zone; days are days in [Location], and every
// instant returned is in [Location].
package calendar
