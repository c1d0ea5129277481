package routing

import (
	"fmt"
	"strings"
)

// TypeNames are the types of administrative documents (tên loại), in the order of
// NĐ 30/2020, Điều 7. Others come as well: what a clerk types stands.
var TypeNames = []string{
	"Nghị quyết", "Quyết định", "Chỉ thị", "Quy chế", "Quy định", "Thông cáo", "Thông báo", "Hướng dẫn", "Chương trình", "Kế hoạch",
	"Phương án", "Đề án", "Dự án", "Báo cáo", "Biên bản", "Tờ trình", "Hợp đồng", "Công văn", "Công điện", "Bản ghi nhớ",
	"Bản thỏa thuận", "Giấy ủy quyền", "Giấy mời", "Giấy giới thiệu", "Giấy nghỉ phép", "Phiếu gửi", "Phiếu chuyển", "Phiếu báo", "Thư công",
}

// typeAbbreviations are those that a notation begins with, in the order of
// TypeNames: NĐ 30/2020, Phụ lục III. Công văn and thư công have none.
var typeAbbreviations = []string{
	"NQ", "QĐ", "CT", "QC", "QyĐ", "TC", "TB", "HD", "CTr", "KH",
	"PA", "ĐA", "DA", "BC", "BB", "TTr", "HĐ", "", "CĐ", "BGN",
	"BTT", "GUQ", "GM", "GGT", "GNP", "PG", "PC", "PB", "",
}

// Abbreviation is what the notation of a document of the type begins with; empty
// if the type has none, or is none of the decree's.
func Abbreviation(typeName string) string {
	for i, name := range TypeNames {
		if Fold(name) == Fold(typeName) {
			return typeAbbreviations[i]
		}
	}
	return ""
}

// notationFault says what is wrong with the notation (ký hiệu) of a document of the
// type; empty if nothing is. Case and marks tell types apart: QĐ is no QyĐ.
// NĐ 30/2020, Phụ lục I, phần II, mục I.3.
func notationFault(typeName, notation string) string {
	first, rest, grouped := strings.Cut(notation, "-")
	switch want := Abbreviation(typeName); {
	case strings.ContainsFunc(notation, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }):
		return "ký hiệu viết liền, không có khoảng trắng"
	case want != "" && (first != want || !grouped || rest == ""):
		return fmt.Sprintf("ký hiệu của loại văn bản này bắt đầu bằng “%s-”, ví dụ %s-UBND", want, want)
	case want == "" && (first == "CV" || first == "ThC"):
		return "ký hiệu của công văn, thư công không ghi tên loại, ví dụ UBND-VP"
	}
	return ""
}
