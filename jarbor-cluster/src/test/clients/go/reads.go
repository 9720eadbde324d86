package main

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/pager"
	watchtools "k8s.io/client-go/tools/watch"
)

func discovery() {
	version := must1(client.Discovery().ServerVersion())
	that(strings.HasPrefix(version.GitVersion, "v1.36."), "version %s", version.GitVersion)
	groups, resources, err := client.Discovery().ServerGroupsAndResources()
	must(err)
	that(len(groups) > 15, "%d groups", len(groups))
	verbs := map[string]string{}
	for _, list := range resources {
		for _, resource := range list.APIResources {
			verbs[list.GroupVersion+"/"+resource.Name] = strings.Join(resource.Verbs, ",")
		}
	}
	equal(verbs["v1/pods"], "create,delete,deletecollection,get,list,patch,update,watch")
	that(verbs["apps/v1/deployments/scale"] != "", "no scale among %v", verbs)
	preferred := must1(client.Discovery().ServerPreferredNamespacedResources())
	that(len(preferred) > 10, "%d preferred", len(preferred))
}

func openapi() {
	// Version 2 comes in protobuf.
	document := must1(client.Discovery().OpenAPISchema())
	that(len(document.GetDefinitions().GetAdditionalProperties()) > 500, "few definitions")
	paths := must1(client.Discovery().OpenAPIV3().Paths())
	apps := must1(paths["apis/apps/v1"].Schema("application/json"))
	that(strings.Contains(string(apps), "io.k8s.api.apps.v1.Deployment"), "no Deployment in the schema")
}

func selectors() {
	maps := client.CoreV1().ConfigMaps(namespace)
	for _, colour := range []string{"blue", "red"} {
		made := &corev1.ConfigMap{ObjectMeta: named("selected-" + colour)}
		made.Labels = map[string]string{"colour": colour, "selected": "yes"}
		must1(maps.Create(ctx, made, metav1.CreateOptions{}))
	}
	count := func(labels, fields string) int {
		return len(must1(maps.List(ctx, metav1.ListOptions{LabelSelector: labels, FieldSelector: fields})).Items)
	}
	equal(count("colour in (blue,red)", ""), 2)
	equal(count("selected,colour!=red", ""), 1)
	equal(count("selected", "metadata.name=selected-red"), 1)
	_, err := maps.List(ctx, metav1.ListOptions{FieldSelector: "data.x=1"})
	refused(err, apierrors.IsBadRequest, "not a known field selector")
}

func pages() {
	maps := client.CoreV1().ConfigMaps(namespace)
	for number := range 7 {
		made := &corev1.ConfigMap{ObjectMeta: named(fmt.Sprintf("page-%d", number))}
		made.Labels = map[string]string{"paged": "yes"}
		must1(maps.Create(ctx, made, metav1.CreateOptions{}))
	}
	names, pages := &told{}, 0
	paged := pager.New(pager.SimplePageFunc(func(options metav1.ListOptions) (runtime.Object, error) {
		pages++
		return maps.List(ctx, options)
	}))
	paged.PageSize = 3
	paged.PageBufferSize = 0
	must(paged.EachListItem(ctx, metav1.ListOptions{LabelSelector: "paged=yes"}, func(item runtime.Object) error {
		names.add(item.(*corev1.ConfigMap).Name)
		return nil
	}))
	equal(names.text(), "page-0 page-1 page-2 page-3 page-4 page-5 page-6")
	equal(pages, 3)
}

func watches() {
	maps := client.CoreV1().ConfigMaps(namespace)
	before := must1(maps.List(ctx, metav1.ListOptions{})).ResourceVersion
	made := must1(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("watched")}, metav1.CreateOptions{}))
	made.Data = map[string]string{"a": "1"}
	must1(maps.Update(ctx, made, metav1.UpdateOptions{}))
	must(maps.Delete(ctx, "watched", metav1.DeleteOptions{}))
	heard := &told{}
	watching := must1(watchtools.NewRetryWatcherWithContext(ctx, before, &cache.ListWatch{
		WatchFunc: func(options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = "metadata.name=watched"
			return maps.Watch(ctx, options)
		},
	}))
	defer watching.Stop()
	for event := range watching.ResultChan() {
		heard.add(string(event.Type))
		if event.Type == watch.Deleted {
			break
		}
	}
	equal(heard.text(), "ADDED MODIFIED DELETED")
}

func bookmarks() {
	yes := true
	watching := must1(client.CoreV1().Namespaces().Watch(ctx, metav1.ListOptions{
		SendInitialEvents:    &yes,
		AllowWatchBookmarks:  true,
		ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
	}))
	defer watching.Stop()
	first := 0
	for event := range watching.ResultChan() {
		if event.Type == watch.Bookmark {
			marked := event.Object.(*corev1.Namespace)
			equal(marked.Annotations[metav1.InitialEventsAnnotationKey], "true")
			that(marked.ResourceVersion != "", "a bookmark without a version")
			break
		}
		equal(event.Type, watch.Added)
		first++
	}
	that(first >= 4, "only %d namespaces", first)
}

func metadataOnly() {
	maps := client.CoreV1().ConfigMaps(namespace)
	made := &corev1.ConfigMap{ObjectMeta: named("metadata"), Data: map[string]string{"big": "data"}}
	made.Labels = map[string]string{"only": "metadata"}
	must1(maps.Create(ctx, made, metav1.CreateOptions{}))
	only := must1(metadata.NewForConfig(config))
	list := must1(only.Resource(schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}).
		Namespace(namespace).
		List(ctx, metav1.ListOptions{LabelSelector: "only=metadata"}))
	equal(len(list.Items), 1)
	equal(list.Items[0].Name, "metadata")
}

// The informer's line is cut while the history that it goes on from is forgotten: it must list anew and miss nothing.
func informer() {
	maps := client.CoreV1().ConfigMaps(namespace)
	create := func(name string) {
		made := &corev1.ConfigMap{ObjectMeta: named(name), Data: map[string]string{"a": "1"}}
		made.Labels = map[string]string{"informed": "yes"}
		must1(maps.Create(ctx, made, metav1.CreateOptions{}))
	}
	create("informed-before")
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "informed=yes" }))
	shared := factory.Core().V1().ConfigMaps().Informer()
	heard := &told{}
	must1(shared.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { heard.add("+" + object.(*corev1.ConfigMap).Name) },
		UpdateFunc: func(_, object any) { heard.add("~" + object.(*corev1.ConfigMap).Name) },
		DeleteFunc: func(object any) {
			key := must1(cache.DeletionHandlingMetaNamespaceKeyFunc(object))
			heard.add("-" + strings.TrimPrefix(key, namespace+"/"))
		},
	}))
	factory.Start(ctx.Done())
	that(cache.WaitForCacheSync(ctx.Done(), shared.HasSynced), "not synchronised")
	create("informed-early")
	eventually("the first addition", func() bool { return strings.HasSuffix(heard.text(), "+informed-early") })
	must(maps.Delete(ctx, "informed-before", metav1.DeleteOptions{}))
	eventually("the deletion", func() bool { return strings.HasSuffix(heard.text(), "-informed-before") })
	await("informer")
	create("informed-late")
	eventually("what came after the history was forgotten", func() bool {
		return strings.Contains(heard.text(), "+informed-late") && strings.Contains(heard.text(), "~informed-early")
	})
	equal(len(shared.GetStore().ListKeys()), 2)
	// What it had and finds again in the new list is an update to it; the order within a list is chance.
	before := "+informed-before +informed-early -informed-before "
	after := strings.TrimPrefix(heard.text(), before)
	that(after == "~informed-early +informed-late" || after == "+informed-late ~informed-early", "heard %s", heard.text())
}
