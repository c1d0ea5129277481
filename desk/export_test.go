package desk

// Rehearsal is a desk that judges acts and writes nothing.
func (d *Desk) Rehearsal() *Desk { return d.rehearsal() }
