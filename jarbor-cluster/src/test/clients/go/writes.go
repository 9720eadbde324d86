package main

import (
	"strings"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1apply "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
)

func objects() { lifeOf("objects", client) }

func protobuf() {
	binary := rest.CopyConfig(config)
	binary.AcceptContentTypes = "application/vnd.kubernetes.protobuf"
	binary.ContentType = "application/vnd.kubernetes.protobuf"
	lifeOf("protobuf", must1(kubernetes.NewForConfig(binary)))
}

func lifeOf(name string, client kubernetes.Interface) {
	maps := client.CoreV1().ConfigMaps(namespace)
	made := must1(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named(name)}, metav1.CreateOptions{}))
	that(made.UID != "" && made.ResourceVersion != "", "no uid or version: %v", made)
	made.Data = map[string]string{"colour": "red"}
	must1(maps.Update(ctx, made, metav1.UpdateOptions{}))
	equal(must1(maps.Get(ctx, name, metav1.GetOptions{})).Data["colour"], "red")
	must(maps.Delete(ctx, name, metav1.DeleteOptions{}))
	_, err := maps.Get(ctx, name, metav1.GetOptions{})
	refused(err, apierrors.IsNotFound, `configmaps "`+name+`" not found`)
}

func errors() {
	maps := client.CoreV1().ConfigMaps(namespace)
	made := must1(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("errors")}, metav1.CreateOptions{}))
	_, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("errors")}, metav1.CreateOptions{})
	refused(err, apierrors.IsAlreadyExists, `configmaps "errors" already exists`)
	_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("No_Name")}, metav1.CreateOptions{})
	refused(err, apierrors.IsInvalid, "metadata.name: Invalid value")
	made.Data = map[string]string{"a": "1"}
	must1(maps.Update(ctx, made, metav1.UpdateOptions{}))
	_, err = maps.Update(ctx, made, metav1.UpdateOptions{})
	refused(err, apierrors.IsConflict, "the object has been modified")
	cause, found := apierrors.StatusCause(mustFail(maps.Create(ctx, &corev1.ConfigMap{
		ObjectMeta: named("errors2"), Data: map[string]string{"a/b": "1"}}, metav1.CreateOptions{})), metav1.CauseTypeFieldValueInvalid)
	that(found && cause.Field == "data[a/b]", "cause %v", cause)
}

func mustFail[T any](_ T, err error) error {
	that(err != nil, "was not refused")
	return err
}

func apply() {
	maps := client.CoreV1().ConfigMaps(namespace)
	blue := corev1apply.ConfigMap("applied", namespace).WithData(map[string]string{"colour": "blue"})
	applied := must1(maps.Apply(ctx, blue, metav1.ApplyOptions{FieldManager: "one"}))
	equal(applied.ManagedFields[0].Manager+" "+string(applied.ManagedFields[0].Operation), "one Apply")
	owned := must1(corev1apply.ExtractConfigMap(applied, "one"))
	equal(owned.Data["colour"], "blue")
	red := corev1apply.ConfigMap("applied", namespace).WithData(map[string]string{"colour": "red"})
	_, err := maps.Apply(ctx, red, metav1.ApplyOptions{FieldManager: "other"})
	refused(err, apierrors.IsConflict, `conflict with "one": .data.colour`)
	forced := must1(maps.Apply(ctx, red, metav1.ApplyOptions{FieldManager: "other", Force: true}))
	equal(forced.Data["colour"], "red")
	equal(len(must1(corev1apply.ExtractConfigMap(forced, "one")).Data), 0)
}

func patches() {
	maps := client.CoreV1().ConfigMaps(namespace)
	must1(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("patched"), Data: map[string]string{"a": "1"}},
		metav1.CreateOptions{}))
	for kind, body := range map[types.PatchType]string{
		types.JSONPatchType:           `[{"op":"test","path":"/data/a","value":"1"},{"op":"add","path":"/data/json","value":"1"}]`,
		types.MergePatchType:          `{"data":{"merge":"1"}}`,
		types.StrategicMergePatchType: `{"data":{"strategic":"1"}}`,
	} {
		must1(maps.Patch(ctx, "patched", kind, []byte(body), metav1.PatchOptions{}))
	}
	equal(len(must1(maps.Get(ctx, "patched", metav1.GetOptions{})).Data), 4)
	_, err := maps.Patch(ctx, "patched", types.JSONPatchType, []byte(`[{"op":"test","path":"/data/a","value":"2"}]`),
		metav1.PatchOptions{})
	refused(err, apierrors.IsInvalid, "the server rejected our request due to an error in our request")
}

func deployment(name string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	pod := corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "web:1"}}}
	return &appsv1.Deployment{ObjectMeta: named(name), Spec: appsv1.DeploymentSpec{
		Replicas: &replicas,
		Selector: &metav1.LabelSelector{MatchLabels: labels},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: pod},
	}}
}

func ready(name string, replicas int32) {
	eventually(name+" is ready", func() bool {
		found := must1(client.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{}))
		return found.Status.ReadyReplicas == replicas && found.Status.ObservedGeneration == found.Generation
	})
}

func scale() {
	deployments := client.AppsV1().Deployments(namespace)
	must1(deployments.Create(ctx, deployment("scaled", 1), metav1.CreateOptions{}))
	ready("scaled", 1)
	var scale *autoscalingv1.Scale = must1(deployments.GetScale(ctx, "scaled", metav1.GetOptions{}))
	equal(scale.Spec.Replicas, 1)
	equal(scale.Status.Selector, "app=scaled")
	scale.Spec.Replicas = 3
	must1(deployments.UpdateScale(ctx, "scaled", scale, metav1.UpdateOptions{}))
	ready("scaled", 3)
}

func status() {
	services := client.CoreV1().Services(namespace)
	made := must1(services.Create(ctx, &corev1.Service{ObjectMeta: named("status"),
		Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}}}, metav1.CreateOptions{}))
	made.Labels = map[string]string{"changed": "yes"}
	made.Status.Conditions = []metav1.Condition{{Type: "Good", Status: metav1.ConditionTrue, Reason: "Said",
		Message: "so", LastTransitionTime: metav1.Now()}}
	changed := must1(services.UpdateStatus(ctx, made, metav1.UpdateOptions{}))
	equal(changed.Status.Conditions[0].Type, "Good")
	equal(len(changed.Labels), 0)
}

func eviction() {
	must1(client.AppsV1().Deployments(namespace).Create(ctx, deployment("evicted", 1), metav1.CreateOptions{}))
	ready("evicted", 1)
	one := intstr.FromInt32(1)
	budgets := client.PolicyV1().PodDisruptionBudgets(namespace)
	must1(budgets.Create(ctx, &policyv1.PodDisruptionBudget{
		ObjectMeta: named("evicted"),
		Spec: policyv1.PodDisruptionBudgetSpec{MinAvailable: &one,
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "evicted"}}},
	}, metav1.CreateOptions{}))
	// Until its controller has seen it the server asks for patience, and this client has it.
	eventually("the budget is worked out", func() bool {
		found := must1(budgets.Get(ctx, "evicted", metav1.GetOptions{}))
		return found.Status.ObservedGeneration == 1 && found.Status.CurrentHealthy == 1
	})
	pods := must1(client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=evicted"}))
	evict := &policyv1.Eviction{ObjectMeta: named(pods.Items[0].Name)}
	err := client.PolicyV1().Evictions(namespace).Evict(ctx, evict)
	refused(err, apierrors.IsTooManyRequests, "Cannot evict pod as it would violate the pod's disruption budget.")
	must(budgets.Delete(ctx, "evicted", metav1.DeleteOptions{}))
	must(client.PolicyV1().Evictions(namespace).Evict(ctx, evict))
	eventually("the pod is gone", func() bool {
		found, err := client.CoreV1().Pods(namespace).Get(ctx, evict.Name, metav1.GetOptions{})
		return apierrors.IsNotFound(err) || (err == nil && found.DeletionTimestamp != nil)
	})
}

func deletion() {
	deployments := client.AppsV1().Deployments(namespace)
	made := must1(deployments.Create(ctx, deployment("deleted", 0), metav1.CreateOptions{}))
	other := types.UID("other")
	err := deployments.Delete(ctx, "deleted", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &other}})
	refused(err, apierrors.IsConflict, "the UID in the precondition (other) does not match")
	way := metav1.DeletePropagationForeground
	must(deployments.Delete(ctx, "deleted", metav1.DeleteOptions{
		PropagationPolicy: &way, Preconditions: &metav1.Preconditions{UID: &made.UID}}))
	eventually("the foreground deletion is done", func() bool {
		_, err := deployments.Get(ctx, "deleted", metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	})
}

func collection() {
	maps := client.CoreV1().ConfigMaps(namespace)
	for _, name := range []string{"collected-a", "collected-b"} {
		made := &corev1.ConfigMap{ObjectMeta: named(name)}
		made.Labels = map[string]string{"collected": name}
		must1(maps.Create(ctx, made, metav1.CreateOptions{}))
	}
	must(maps.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "collected=collected-a"}))
	equal(len(must1(maps.List(ctx, metav1.ListOptions{LabelSelector: "collected"})).Items), 1)
}

func dryRun() {
	maps := client.CoreV1().ConfigMaps(namespace)
	made := must1(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("dry")},
		metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}))
	that(made.UID != "", "no uid")
	_, err := maps.Get(ctx, "dry", metav1.GetOptions{})
	refused(err, apierrors.IsNotFound, "dry")
}

// Unknown fields are warned of or refused, and the client hears the warnings.
func validation() {
	warned := &warnings{}
	listening := rest.CopyConfig(config)
	listening.WarningHandler = warned
	untyped := must1(dynamic.NewForConfig(listening)).
		Resource(schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}).Namespace(namespace)
	odd := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "odd"}, "dta": map[string]any{}}}
	_, err := untyped.Create(ctx, odd, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
	refused(err, apierrors.IsBadRequest, `strict decoding error: unknown field "dta"`)
	must1(untyped.Create(ctx, odd, metav1.CreateOptions{FieldValidation: metav1.FieldValidationWarn}))
	equal(warned.text(), `unknown field "dta"`)
}

type warnings struct {
	lock  sync.Mutex
	texts []string
}

func (w *warnings) HandleWarningHeader(_ int, _ string, text string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.texts = append(w.texts, text)
}

func (w *warnings) text() string {
	w.lock.Lock()
	defer w.lock.Unlock()
	return strings.Join(w.texts, "; ")
}

// Several writers of one object, each of which reads again after a conflict.
func retries() {
	maps := client.CoreV1().ConfigMaps(namespace)
	must1(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("busy")}, metav1.CreateOptions{}))
	var writers sync.WaitGroup
	for _, key := range []string{"a", "b", "c"} {
		writers.Go(func() {
			must(retry.RetryOnConflict(retry.DefaultBackoff, func() error {
				found := must1(maps.Get(ctx, "busy", metav1.GetOptions{}))
				if found.Data == nil {
					found.Data = map[string]string{}
				}
				found.Data[key] = "1"
				_, err := maps.Update(ctx, found, metav1.UpdateOptions{})
				return err
			}))
		})
	}
	writers.Wait()
	equal(len(must1(maps.Get(ctx, "busy", metav1.GetOptions{})).Data), 3)
}
