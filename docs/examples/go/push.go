// Pushes to a user by gRPC and says what became of it: push USER TOPIC JSON
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	parley "parley/v1"
)

const attempts = 5

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// ask repeats what may pass. What the caller did wrong is an error with the code of Parley's catalogue.
func ask(call func(context.Context, ...grpc.CallOption) error) error {
	for attempt := 1; ; attempt++ {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+setting("PARLEY_KEY", "dev-key"))
		var trailer metadata.MD
		err := call(ctx, grpc.Trailer(&trailer))
		cancel()
		switch status.Code(err) {
		case codes.OK:
			return nil
		case codes.Unavailable, codes.DeadlineExceeded:
			if attempt < attempts {
				time.Sleep(time.Duration(attempt) * time.Second)
				continue
			}
		}
		if code := trailer.Get("parley-code"); len(code) > 0 {
			return fmt.Errorf("%s: %s", code[0], status.Convert(err).Message())
		}
		return err
	}
}

func show(answer any) {
	line, err := json.Marshal(answer)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("push USER TOPIC JSON")
	}
	// In production TLS, and dns:///name:port for a name that resolves to every node.
	connection, err := grpc.Dial(setting("PARLEY_GRPC", "127.0.0.1:7402"), grpc.WithInsecure())
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	pushes := parley.NewPushServiceClient(connection)

	// One key for all attempts: however often it is asked, it is sent once.
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		log.Fatal(err)
	}
	key := hex.EncodeToString(random)
	request := &parley.PushRequest{
		Target:   &parley.PushTarget{To: &parley.PushTarget_User{User: os.Args[1]}},
		Topic:    os.Args[2],
		DataJson: &os.Args[3],
		Store:    true,
		Key:      &key,
	}
	var sent *parley.PushReport
	if err := ask(func(ctx context.Context, options ...grpc.CallOption) (err error) {
		sent, err = pushes.Push(ctx, request, options...)
		return
	}); err != nil {
		log.Fatal(err)
	}
	show(sent)
	var outcome *parley.PushOutcome
	if err := ask(func(ctx context.Context, options ...grpc.CallOption) (err error) {
		outcome, err = pushes.GetPush(ctx, &parley.GetPushRequest{Id: sent.Id}, options...)
		return
	}); err != nil {
		log.Fatal(err)
	}
	show(outcome)
}
