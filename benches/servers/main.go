// Go's net/http, with a response that is made once: the same as src/main.rs is of hyper. `cargo xtask bench server` builds it
// where Go is installed, and runs it on one processor.
//
//	servers FILE      serves FILE's bytes at every path; says `listening on http://ADDRESS/`
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: servers FILE"))
	}
	info, err := os.Stat(os.Args[1])
	if err != nil {
		fail(err)
	}
	body, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	length := strconv.Itoa(len(body))
	modified := info.ModTime().UTC().Format(http.TimeFormat)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	fmt.Printf("listening on http://%s/\n", listener.Addr())
	fail(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		header := w.Header()
		header.Set("Server", "net/http")
		header.Set("Content-Type", "text/plain; charset=utf-8")
		header.Set("Content-Length", length)
		header.Set("Last-Modified", modified)
		header.Set("ETag", `"18ea37519fe0a31d-9be1c0-d"`)
		header.Set("Accept-Ranges", "bytes")
		w.Write(body)
	})))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "error:", err)
	os.Exit(1)
}
