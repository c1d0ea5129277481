package attachments

import (
	"encoding/binary"
	"image"
	_ "image/jpeg" // decoders of what is taken
	_ "image/png"
	"io"
)

// The limits of an image. A0 at 300 dpi has 9,933 × 14,043 pixels.
const (
	maxSide   = 30_000
	maxPixels = 150_000_000
	maxPages  = 2_000
)

// examineImage reads how large an image says it is; it draws nothing.
func examineImage(kind string, c Content) ([]Flag, error) {
	if err := checkOneKind(kind, c); err != nil {
		return nil, err
	}
	if kind == TIFF {
		return nil, examineTIFF(c)
	}
	config, format, err := image.DecodeConfig(reader(c))
	if err != nil || "image/"+format != kind {
		return nil, ErrBroken
	}
	return nil, checkPixels(int64(config.Width), int64(config.Height))
}

func checkPixels(width, height int64) error {
	switch {
	case width <= 0 || height <= 0:
		return ErrBroken
	case width > maxSide || height > maxSide || width*height > maxPixels:
		return ErrPixels
	default:
		return nil
	}
}

// examineTIFF follows the pages of a TIFF (TIFF 6.0, section 2), each of which
// has a size of its own. A chain that turns back has no end and is refused.
func examineTIFF(c Content) error {
	head, err := headOf(c, 8)
	if err != nil || len(head) < 8 {
		return ErrBroken
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if head[0] == 'M' {
		order = binary.BigEndian
	}
	seen := map[uint32]bool{}
	for at := order.Uint32(head[4:]); at != 0; {
		if seen[at] || len(seen) >= maxPages {
			return ErrBroken
		}
		seen[at] = true
		if at, err = examinePage(c, order, int64(at)); err != nil {
			return err
		}
	}
	if len(seen) == 0 {
		return ErrBroken
	}
	return nil
}

// examinePage checks the page at an offset and returns where the next one is.
func examinePage(c Content, order binary.ByteOrder, at int64) (next uint32, err error) {
	count, err := part(c, at, 2)
	if err != nil || len(count) < 2 {
		return 0, ErrBroken
	}
	const field = 12
	n := int64(order.Uint16(count))
	fields := make([]byte, n*field+4)
	if _, err := io.ReadFull(io.NewSectionReader(c, at+2, int64(len(fields))), fields); err != nil {
		return 0, ErrBroken
	}
	var width, height int64
	for i := range n {
		f := fields[i*field:]
		value := int64(order.Uint32(f[8:]))
		if order.Uint16(f[2:]) == 3 { // SHORT
			value = int64(order.Uint16(f[8:]))
		}
		switch order.Uint16(f) {
		case 256:
			width = value
		case 257:
			height = value
		}
	}
	return order.Uint32(fields[n*field:]), checkPixels(width, height)
}
