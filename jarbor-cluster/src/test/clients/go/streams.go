package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	exitcode "k8s.io/client-go/util/exec"
)

func contextWithCancel() (context.Context, func()) { return context.WithCancel(context.Background()) }

func onStarted(name string, led *told) func(context.Context) {
	return func(context.Context) { led.add(name) }
}

// A pod that listens where the test's web server does.
func pod(name string) {
	port := int32(must1(strconv.Atoi(os.Getenv("ECHO_PORT"))))
	must1(client.CoreV1().Pods(namespace).Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app": name}},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "main", Image: "web:1", Ports: []corev1.ContainerPort{{ContainerPort: port}}}}},
	}, metav1.CreateOptions{}))
	eventually(name+" runs", func() bool {
		found := must1(client.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{}))
		return found.Status.Phase == corev1.PodRunning && found.Status.ContainerStatuses[0].State.Running != nil
	})
}

func logs() {
	pod("logs")
	read := func(options *corev1.PodLogOptions) string {
		stream := must1(client.CoreV1().Pods(namespace).GetLogs("logs", options).Stream(ctx))
		defer stream.Close()
		return string(must1(io.ReadAll(stream)))
	}
	equal(read(&corev1.PodLogOptions{}), "first\nsecond\nthird\n")
	two := int64(2)
	equal(read(&corev1.PodLogOptions{TailLines: &two, Follow: true}), "second\nthird\n")
}

// Commands over both protocols: streams, and the exit code.
func exec() {
	pod("exec")
	for _, make := range []func(*rest.Request) remotecommand.Executor{overWebSocket, overSpdy} {
		out, errors, err := command("exec", make, "a b c", "sh", "-c", "wc -w; echo oops >&2; exit 7")
		equal(strings.TrimSpace(out)+" "+strings.TrimSpace(errors), "3 oops")
		code, isCode := err.(exitcode.CodeExitError)
		that(isCode && code.Code == 7, "ended with %v", err)
		out, _, err = command("exec", make, "", "echo", "hello")
		must(err)
		equal(out, "hello\n")
	}
}

func attach() {
	pod("attach")
	for _, make := range []func(*rest.Request) remotecommand.Executor{overWebSocket, overSpdy} {
		out, _, err := command("attach", make, "knock knock\n")
		must(err)
		equal(out, "attached\nknock knock\n")
	}
}

func command(name string, executor func(*rest.Request) remotecommand.Executor, input string, words ...string) (
	string, string, error) {
	request := client.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(name)
	var options any = &corev1.PodExecOptions{Command: words, Stdin: input != "", Stdout: true, Stderr: true}
	if len(words) == 0 {
		request = request.SubResource("attach")
		request = request.VersionedParams(&corev1.PodAttachOptions{Stdin: true, Stdout: true, Stderr: true},
			scheme.ParameterCodec)
	} else {
		request = request.SubResource("exec")
		request = request.VersionedParams(options.(*corev1.PodExecOptions), scheme.ParameterCodec)
	}
	var out, errors bytes.Buffer
	streams := remotecommand.StreamOptions{Stdout: &out, Stderr: &errors}
	if input != "" {
		streams.Stdin = strings.NewReader(input)
	}
	err := executor(request).StreamWithContext(ctx, streams)
	return out.String(), errors.String(), err
}

func overWebSocket(request *rest.Request) remotecommand.Executor {
	return must1(remotecommand.NewWebSocketExecutor(config, "GET", request.URL().String()))
}

func overSpdy(request *rest.Request) remotecommand.Executor {
	return must1(remotecommand.NewSPDYExecutor(config, "POST", request.URL()))
}

// A port is forwarded over SPDY alone and tunnelled through a WebSocket.
func forward() {
	pod("forward")
	url := client.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name("forward").
		SubResource("portforward").URL()
	transport, upgrader, err := spdy.RoundTripperFor(config)
	must(err)
	old := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, "POST", url)
	tunnelled := must1(portforward.NewSPDYOverWebsocketDialer(url, config))
	for _, dialer := range []httpstream.Dialer{old, tunnelled} {
		stop, ready := make(chan struct{}), make(chan struct{})
		forwarder := must1(portforward.New(dialer, []string{"0:" + os.Getenv("ECHO_PORT")}, stop, ready, io.Discard, io.Discard))
		ended := make(chan error, 1)
		go func() { ended <- forwarder.ForwardPorts() }()
		select {
		case <-ready:
		case err := <-ended:
			panic(err)
		}
		local := must1(forwarder.GetPorts())[0].Local
		answer := must1(http.Get(fmt.Sprintf("http://127.0.0.1:%d/through", local)))
		equal(string(must1(io.ReadAll(answer.Body))), "you asked for /through")
		close(stop)
		must(<-ended)
	}
}

func proxy() {
	pod("proxied")
	pods := client.CoreV1().Pods(namespace)
	answer := must1(pods.ProxyGet("http", "proxied", os.Getenv("ECHO_PORT"), "some/path", nil).DoRaw(ctx))
	equal(string(answer), "you asked for /some/path")
	port := int32(must1(strconv.Atoi(os.Getenv("ECHO_PORT"))))
	must1(client.CoreV1().Services(namespace).Create(ctx, &corev1.Service{ObjectMeta: named("proxied"),
		Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "proxied"},
			Ports: []corev1.ServicePort{{Name: "web", Port: port}}}}, metav1.CreateOptions{}))
	eventually("the service has an endpoint", func() bool {
		answer, err := client.CoreV1().Services(namespace).ProxyGet("http", "proxied", "web", "other", nil).DoRaw(ctx)
		return err == nil && string(answer) == "you asked for /other"
	})
}

func ephemeral() {
	pod("debugged")
	pods := client.CoreV1().Pods(namespace)
	found := must1(pods.Get(ctx, "debugged", metav1.GetOptions{}))
	found.Spec.EphemeralContainers = []corev1.EphemeralContainer{{
		EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debugger", Image: "busybox"}}}
	changed := must1(pods.UpdateEphemeralContainers(ctx, "debugged", found, metav1.UpdateOptions{}))
	equal(changed.Spec.EphemeralContainers[0].TerminationMessagePolicy, corev1.TerminationMessageReadFile)
}

// A definition and its objects without types, with an informer.
func custom() {
	untyped := must1(dynamic.NewForConfig(config))
	definitions := untyped.Resource(schema.GroupVersionResource{
		Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	must1(definitions.Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": "tills.go.example.com"},
		"spec": map[string]any{
			"group": "go.example.com", "scope": "Namespaced",
			"names": map[string]any{"plural": "tills", "kind": "Till"},
			"versions": []any{map[string]any{"name": "v1", "served": true, "storage": true,
				"subresources": map[string]any{"status": map[string]any{}},
				"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object",
					"x-kubernetes-preserve-unknown-fields": true}}}},
		}}}, metav1.CreateOptions{}))
	eventually("the definition is established", func() bool {
		found := must1(definitions.Get(ctx, "tills.go.example.com", metav1.GetOptions{}))
		conditions, _, _ := unstructured.NestedSlice(found.Object, "status", "conditions")
		return strings.Contains(fmt.Sprint(conditions), "type:Established") && strings.Contains(fmt.Sprint(conditions), "status:True")
	})
	resource := schema.GroupVersionResource{Group: "go.example.com", Version: "v1", Resource: "tills"}
	tills := untyped.Resource(resource).Namespace(namespace)
	heard := &told{}
	factory := dynamicinformer.NewDynamicSharedInformerFactory(untyped, 0)
	shared := factory.ForResource(resource).Informer()
	must1(shared.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { heard.add("added") },
		UpdateFunc: func(any, any) { heard.add("updated") },
		DeleteFunc: func(any) { heard.add("deleted") },
	}))
	factory.Start(ctx.Done())
	that(cache.WaitForCacheSync(ctx.Done(), shared.HasSynced), "not synchronised")
	made := must1(tills.Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "go.example.com/v1", "kind": "Till", "metadata": map[string]any{"name": "one"},
		"spec": map[string]any{"cash": int64(5)}}}, metav1.CreateOptions{}))
	must(unstructured.SetNestedField(made.Object, "open", "status", "state"))
	must1(tills.UpdateStatus(ctx, made, metav1.UpdateOptions{}))
	must(tills.Delete(ctx, "one", metav1.DeleteOptions{}))
	eventually("all is heard", func() bool { return heard.text() == "added updated deleted" })
	must(definitions.Delete(ctx, "tills.go.example.com", metav1.DeleteOptions{}))
}
