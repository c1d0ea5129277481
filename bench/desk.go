package main

import (
	"context"
	"crypto/sha256"
	"fmt"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/workflows"

	"go.temporal.io/sdk/client"
	"gocloud.dev/blob/memblob"
)

// deskWay carries documents through package desk in this process; the
// workflows run in the installation's worker.
type deskWay struct {
	bench *bench
	desk  *desk.Desk
}

func newDeskWay(b *bench) *deskWay {
	return &deskWay{bench: b, desk: desk.New(b.openRecord(0), memblob.OpenBucket(nil), nil, desk.AllowDemoLadder())}
}

func (w *deskWay) processes() []string {
	return []string{postgresProcess, temporalProcess, workerProcess, benchProcess}
}

// request is a key of its own for every act, as a client makes it.
func request() routing.Request {
	key := string(postgres.NewID())
	hash := sha256.Sum256([]byte(key))
	return routing.Request{Key: key, Hash: hash[:]}
}

// registration of the n-th document of a run.
func registration(n int64) routing.Registration {
	return routing.Registration{
		Issuer: "UBND thành phố Hà Nội", CodeNumber: fmt.Sprint(n), CodeNotation: "KH-UBND", TypeName: "Kế hoạch",
		Subject: subject, Urgency: routing.Normal, Secrecy: routing.NoSecret,
	}
}

// The words of every document, of the length that they have in life.
const (
	subject = "Về việc tăng cường kiểm tra, xử lý vi phạm trật tự xây dựng và bảo đảm an toàn phòng cháy, chữa cháy trên địa bàn các phường"
	task    = "Các phường rà soát các công trình trên địa bàn, lập danh sách, xử lý theo thẩm quyền và báo cáo kết quả bằng văn bản."
	process = "Phường chủ trì tổng hợp báo cáo của các phường, trình Chủ tịch UBND quận."
	result  = "Danh sách công trình vi phạm và biện pháp xử lý của từng phường."
	done    = "Đã rà soát xong, không có công trình vi phạm; danh sách kèm theo."
)

func (w *deskWay) register(ctx context.Context, n int64) (*document, error) {
	event, err := w.desk.Register(ctx, w.bench.clerk, registration(n), request())
	return &document{id: event.DocumentID, version: event.Version}, err
}

func (w *deskWay) direct(ctx context.Context, d *document) error {
	_, err := w.desk.DirectDocument(ctx, w.bench.chairman, d.id, w.bench.direction(), d.version, request())
	return err
}

func (w *deskWay) acknowledge(ctx context.Context, s *share) error {
	event, err := w.desk.Acknowledge(ctx, w.bench.wards[s.ward].clerk, s.id, request())
	s.version = event.Version
	return err
}

func (w *deskWay) report(ctx context.Context, s *share) error {
	event, err := w.desk.Report(ctx, w.bench.wards[s.ward].head, s.id, done, request())
	s.version = event.Version
	return err
}

func (w *deskWay) conclude(ctx context.Context, d *document) error {
	_, err := w.desk.Approve(ctx, w.bench.chairman, d.shares[0].id, d.shares[0].version, request())
	return err
}

func (w *deskWay) historyEvents(ctx context.Context, documents []*document) (float64, error) {
	return historyEvents(ctx, w.bench.temporal, documents, workflows.WorkflowID)
}

// historyEvents asks Temporal for the mean length of the documents' histories,
// once their workflows have ended.
func historyEvents(ctx context.Context, c client.Client, documents []*document, workflowID func(routing.ID) string) (float64, error) {
	var sum int64
	for _, d := range documents {
		run := c.GetWorkflow(ctx, workflowID(d.id), "")
		if err := run.Get(ctx, nil); err != nil {
			return 0, fmt.Errorf("workflow of document %s: %w", d.id, err)
		}
		described, err := c.DescribeWorkflowExecution(ctx, run.GetID(), run.GetRunID())
		if err != nil {
			return 0, err
		}
		sum += described.GetWorkflowExecutionInfo().GetHistoryLength()
	}
	return float64(sum) / float64(max(len(documents), 1)), nil
}

func (*deskWay) name() string { return runDesk }
