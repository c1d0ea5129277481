package attachments

func recognise(*collector, string, Content) bool { return false }
