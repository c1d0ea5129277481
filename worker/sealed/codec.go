package sealed

import (
	"crypto/rand"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// What a sealed payload says of itself in clear.
const (
	metadataKey = "encryption-key-id"
	encoding    = "binary/encrypted" // the name that Temporal's own tools know
	nonceLength = 12
)

// Error says that a payload cannot be opened. Trying again does not help:
// somebody has to bring the key back, or to look who changed the payload.
type Error struct {
	Reason string // "key unknown", "payload damaged"
	Key    string // the name of the key that the payload asks for
}

func (e *Error) Error() string {
	if e.Reason == keyUnknown {
		return fmt.Sprintf("sealed: key %q is not in CONGVAN_CODEC_KEYS; put it back, nothing else opens what it has sealed", e.Key)
	}
	return fmt.Sprintf("sealed: a payload of key %q is cut, changed, or of another workflow", e.Key)
}

// The reasons.
const (
	keyUnknown = "key unknown"
	damaged    = "payload damaged"
)

// Codec seals and opens payloads of one workflow.
type Codec struct {
	keys     *Keys
	workflow string // empty: of none
}

// NewCodec makes a codec that belongs to no workflow; the SDK binds it to one
// before it seals.
func NewCodec(keys *Keys) Codec { return Codec{keys: keys} }

// WithSerializationContext binds the codec to the workflow that the payloads
// belong to.
func (c Codec) WithSerializationContext(sc converter.SerializationContext) converter.PayloadCodec {
	switch of := sc.(type) {
	case converter.WorkflowSerializationContext:
		c.workflow = of.WorkflowID
	case converter.ActivitySerializationContext:
		c.workflow = of.WorkflowID
	}
	return c
}

// Encode seals the payloads with the newest key; without keys it leaves them.
func (c Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	name := c.keys.Newest()
	if name == "" {
		return payloads, nil
	}
	sealed := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		plain, err := proto.Marshal(payload)
		if err != nil {
			return nil, fmt.Errorf("sealed: %w", err)
		}
		// Random nonces are good for 2^32 payloads of one key: a district's of
		// a thousand years.
		data := make([]byte, nonceLength, nonceLength+len(plain)+16)
		rand.Read(data) //nolint:errcheck // never fails
		sealed[i] = &commonpb.Payload{
			Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding), metadataKey: []byte(name)},
			Data:     c.keys.known[name].Seal(data, data, plain, c.bound(name)),
		}
	}
	return sealed, nil
}

// Decode opens what is sealed and leaves the rest. The error is an *Error.
func (c Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	opened := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		if string(payload.GetMetadata()[converter.MetadataEncoding]) != encoding {
			opened[i] = payload
			continue
		}
		plain, err := c.open(payload)
		if err != nil {
			return nil, err
		}
		opened[i] = plain
	}
	return opened, nil
}

func (c Codec) open(payload *commonpb.Payload) (*commonpb.Payload, error) {
	name := string(payload.Metadata[metadataKey])
	if c.keys == nil || c.keys.known[name] == nil {
		return nil, &Error{Reason: keyUnknown, Key: name}
	}
	if len(payload.Data) < nonceLength {
		return nil, &Error{Reason: damaged, Key: name}
	}
	plain, err := c.keys.known[name].Open(nil, payload.Data[:nonceLength], payload.Data[nonceLength:], c.bound(name))
	if err != nil {
		return nil, &Error{Reason: damaged, Key: name}
	}
	var inner commonpb.Payload
	if err := proto.Unmarshal(plain, &inner); err != nil {
		return nil, &Error{Reason: damaged, Key: name}
	}
	return &inner, nil
}

// bound is authenticated with a payload and not in it.
func (c Codec) bound(key string) []byte { return []byte("congvan/1\x00" + key + "\x00" + c.workflow) }
