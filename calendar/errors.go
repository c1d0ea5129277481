package calendar

import "fmt"

// Code names a refusal for machines. It never changes once released. A Code is
// itself an error, so that errors.Is(err, calendar.NotWorkday) asks for it.
type Code string

// The refusals of this package.
const (
	BadDate       Code = "bad_date"        // not a date of the form 2006-01-02
	BadHours      Code = "bad_hours"       // office hours that no office can keep
	BadException  Code = "bad_exception"   // a row of a calendar that cannot be read
	DuplicateDate Code = "duplicate_date"  // two exceptions for one date
	ClosedTooLong Code = "closed_too_long" // more than MaxClosure days off in a row
	NotWorkday    Code = "not_a_workday"
)

// Error makes a Code usable as the target of errors.Is.
func (c Code) Error() string { return string(c) }

// Error is a refusal: a Code for machines and one Vietnamese sentence for
// people. Date is the day it is about and Next the working day after it, both
// zero where they mean nothing.
type Error struct {
	Code    Code
	Message string
	Date    Date
	Next    Date // only with NotWorkday
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap returns the code, for errors.Is.
func (e *Error) Unwrap() error { return e.Code }

func refuse(code Code, date Date, format string, args ...any) *Error {
	return &Error{Code: code, Date: date, Message: fmt.Sprintf(format, args...)}
}
