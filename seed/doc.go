// Package seed is what a new installation begins with: the org chart of a
// district, the calendar, the ladders and the demo accounts. All of it is data
// in embedded files; this package reads, checks and writes it.
//
// hadong.json holds UBND quận Hà Đông with its offices, wards and positions.
// ladders.json holds one ladder (thang đôn đốc) per urgency, and "demo", which
// rings in seconds. The "note" of an entry says where a number comes from. The
// days off come from package calendar.
//
// [Apply] may run at every start. It adds what is missing and leaves alone what
// people have made of the rest, so no edit is lost. Ids derive from the keys
// and codes of the files ([Chart.UnitID], [PositionID]): they are the same on
// every machine, and a key or position code in a released file is never given
// to anything else.
//
// There are no persons in here. Every position has one account of the same name
// without a token, which nobody can use; [Tokens] gives them tokens, for
// demonstrations and tests.
package seed
