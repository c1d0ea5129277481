package attachments

import (
	"encoding/binary"
	"runtime"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

const sector = 512

// compound is a compound file whose streams all lie in the same sectors: n of them
// say that they are size bytes long. [MS-CFB]
func compound(size int, names ...string) []byte {
	const endOfChain, none, fatSector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
	data := (size + sector - 1) / sector
	entries := (len(names)+1+3)/4*4 + 4
	directory := entries * 128 / sector
	fats := 1
	for fats*sector/4 < fats+directory+data {
		fats++
	}
	le := binary.LittleEndian
	file := make([]byte, (1+fats+directory+data)*sector)
	copy(file, compoundMagic)
	le.PutUint16(file[24:], 0x3E)
	le.PutUint16(file[26:], 3)
	le.PutUint16(file[28:], 0xFFFE)
	le.PutUint16(file[30:], 9)
	le.PutUint16(file[32:], 6)
	le.PutUint32(file[44:], uint32(fats))
	le.PutUint32(file[48:], uint32(fats))
	le.PutUint32(file[56:], 4096)
	le.PutUint32(file[60:], endOfChain)
	le.PutUint32(file[68:], endOfChain)
	for i := range 109 {
		le.PutUint32(file[76+4*i:], none)
		if i < fats {
			le.PutUint32(file[76+4*i:], uint32(i))
		}
	}
	fat := file[sector : sector*(1+fats)]
	for i := range len(fat) / 4 {
		next := uint32(i + 1)
		switch {
		case i < fats:
			next = fatSector
		case i == fats+directory-1, i == fats+directory+data-1:
			next = endOfChain
		case i >= fats+directory+data:
			next = none
		}
		le.PutUint32(fat[4*i:], next)
	}
	for i := range entries {
		e := file[sector*(1+fats)+128*i:][:128]
		for _, at := range []int{68, 72, 76} {
			le.PutUint32(e[at:], none)
		}
		name := "Root Entry"
		switch {
		case i == 0:
			e[66] = 5
			le.PutUint32(e[76:], 1)
			le.PutUint32(e[116:], endOfChain)
		case i <= len(names):
			name = names[i-1]
			e[66] = 2
			if i < len(names) {
				le.PutUint32(e[72:], uint32(i+1))
			}
			le.PutUint32(e[116:], uint32(fats+directory))
			le.PutUint32(e[120:], uint32(size))
		default:
			continue
		}
		units := utf16.Encode([]rune(name))
		for j, unit := range units {
			le.PutUint16(e[2*j:], unit)
		}
		le.PutUint16(e[64:], uint16(2*len(units)+2))
	}
	return file
}

// Forty streams that share a megabyte are a megabyte.
func TestStreamsThatShareTheirBytesFillNoMemory_U06(t *testing.T) {
	const size = 1 << 20
	names := []string{"PowerPoint Document", "\x05SummaryInformation"}
	for i := range 40 {
		names = append(names, "\x05"+string(rune('A'+i)))
	}
	file := compound(size, names...)
	kind, err := sniff(bytesOf(file))
	require.NoError(t, err)
	require.Equal(t, PPT, kind)
	copy(file[len(file)-size:], "Kế hoạch rà soát")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := readOf(t, kind, bytesOf(file))
	runtime.ReadMemStats(&after)
	require.NotEmpty(t, r.Lines)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(24*size))
}
