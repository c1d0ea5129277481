package attachments

import "congvan/routing"

// The refusals of files. Each says what to do; none quotes the file.
var (
	ErrEmpty = &routing.Error{Fault: routing.Invalid, Code: "file-empty",
		Message: "Tệp rỗng; hãy chọn lại tệp."}
	ErrName = &routing.Error{Fault: routing.Invalid, Code: "file-name",
		Message: "Tên tệp chưa đúng; hãy đổi tên tệp (không quá 200 ký tự, có phần mở rộng)."}
	ErrType = &routing.Error{Fault: routing.Invalid, Code: "file-type",
		Message: "Nội dung tệp không khớp với phần mở rộng hoặc không thuộc loại được nhận (PDF, Word, Excel, PowerPoint, ODF, ảnh)."}
	ErrTooLarge = &routing.Error{Fault: routing.Invalid, Code: "file-too-large",
		Message: "Tệp quá lớn; hãy giảm dung lượng rồi gửi lại."}
	ErrPage = &routing.Error{Fault: routing.Invalid, Code: "file-web-page",
		Message: "Tệp là trang web (HTML) được lưu với tên khác; hãy mở bằng Word, chọn “Lưu thành” (Save As) kiểu Word hoặc PDF rồi gửi lại."}
	ErrTwofold = &routing.Error{Fault: routing.Invalid, Code: "file-twofold",
		Message: "Tệp chứa thêm dữ liệu của một loại tệp khác nên mỗi phần mềm có thể hiểu một kiểu; hãy xuất lại tệp từ phần mềm gốc rồi gửi lại."}
	ErrBroken = &routing.Error{Fault: routing.Invalid, Code: "file-broken",
		Message: "Tệp bị hỏng hoặc thiếu dữ liệu nên không kiểm tra được; hãy xuất hoặc quét lại rồi gửi lại."}
	ErrEncrypted = &routing.Error{Fault: routing.Invalid, Code: "file-encrypted",
		Message: "Tệp có mật khẩu hoặc bị mã hoá nên không kiểm tra được; hãy bỏ mật khẩu rồi gửi lại."}
	ErrMacros = &routing.Error{Fault: routing.Invalid, Code: "file-macros",
		Message: "Tệp có macro; hãy lưu lại không có macro (.docx, .xlsx, .pptx) hoặc xuất PDF rồi gửi lại."}
	ErrActive = &routing.Error{Fault: routing.Invalid, Code: "file-active-content",
		Message: "Tệp có thành phần tự chạy hoặc tự lấy dữ liệu từ nơi khác; hãy bỏ thành phần đó hoặc xuất PDF rồi gửi lại."}
	ErrBomb = &routing.Error{Fault: routing.Invalid, Code: "file-bomb",
		Message: "Tệp khi giải nén lớn bất thường nên không được nhận; hãy xuất lại tệp từ phần mềm gốc rồi gửi lại."}
	ErrEntries = &routing.Error{Fault: routing.Invalid, Code: "file-entries",
		Message: "Các thành phần nén trong tệp có tên hoặc vị trí không hợp lệ; hãy xuất lại tệp từ phần mềm gốc rồi gửi lại."}
	ErrPixels = &routing.Error{Fault: routing.Invalid, Code: "file-pixels",
		Message: "Ảnh có kích thước quá lớn; hãy quét lại với độ phân giải thấp hơn (300 dpi là đủ) rồi gửi lại."}
)
