// Does with client-go what client-go can do, against the cluster of KUBECONFIG. Each check says "ok NAME" or
// "failed NAME: why"; one that needs its line cut says "await NAME" and waits for an answer.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const namespace = "default"

var (
	config *rest.Config
	client kubernetes.Interface
	ctx    context.Context
	input  = bufio.NewReader(os.Stdin)
)

type check struct {
	name string
	run  func()
}

// Everything that is checked, in this order.
var checks = []check{
	{"discovery", discovery},
	{"openapi", openapi},
	{"objects", objects},
	{"protobuf", protobuf},
	{"errors", errors},
	{"selectors", selectors},
	{"pages", pages},
	{"watch", watches},
	{"bookmarks", bookmarks},
	{"apply", apply},
	{"patches", patches},
	{"scale", scale},
	{"status", status},
	{"eviction", eviction},
	{"deletion", deletion},
	{"collection", collection},
	{"dryRun", dryRun},
	{"validation", validation},
	{"metadata", metadataOnly},
	{"custom", custom},
	{"retry", retries},
	{"token", token},
	{"signing", signing},
	{"reviews", reviews},
	{"impersonation", impersonation},
	{"events", events},
	{"logs", logs},
	{"exec", exec},
	{"attach", attach},
	{"forward", forward},
	{"proxy", proxy},
	{"ephemeral", ephemeral},
	{"election", election},
	{"informer", informer},
}

func main() {
	var err error
	config, err = clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	must(err)
	config.QPS = -1
	client, err = kubernetes.NewForConfig(config)
	must(err)
	for _, each := range checks {
		run(each)
	}
}

func run(each check) {
	defer func() {
		if failure := recover(); failure != nil {
			fmt.Printf("failed %s: %s\n", each.name, strings.ReplaceAll(fmt.Sprint(failure), "\n", " "))
		} else {
			fmt.Printf("ok %s\n", each.name)
		}
	}()
	var cancel context.CancelFunc
	ctx, cancel = context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	each.run()
}

// Lets the test cut the line and forget the history.
func await(name string) {
	fmt.Printf("await %s\n", name)
	_, err := input.ReadString('\n')
	must(err)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func must1[T any](value T, err error) T {
	must(err)
	return value
}

func that(holds bool, format string, arguments ...any) {
	if !holds {
		panic(fmt.Sprintf(format, arguments...))
	}
}

func equal[T comparable](found, wanted T) {
	that(found == wanted, "found %v, wanted %v", found, wanted)
}

func refused(err error, is func(error) bool, words string) {
	that(err != nil, "was not refused")
	that(is(err), "refused otherwise: %v", err)
	that(strings.Contains(err.Error(), words), "refused with other words: %v", err)
}

func eventually(what string, holds func() bool) {
	for !holds() {
		select {
		case <-ctx.Done():
			panic("not in time: " + what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: namespace}
}

// What several goroutines tell, in the order in which it was told.
type told struct {
	lock  sync.Mutex
	lines []string
}

func (t *told) add(line string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.lines = append(t.lines, line)
}

func (t *told) text() string {
	t.lock.Lock()
	defer t.lock.Unlock()
	return strings.Join(t.lines, " ")
}
