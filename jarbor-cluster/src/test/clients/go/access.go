package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"slices"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
)

// A token that is asked for is good for what its account may do, and is reviewed as the account's.
func token() {
	accounts := client.CoreV1().ServiceAccounts(namespace)
	must1(accounts.Create(ctx, &corev1.ServiceAccount{ObjectMeta: named("robot")}, metav1.CreateOptions{}))
	must1(client.RbacV1().RoleBindings(namespace).Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: named("robot"),
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "robot", Namespace: namespace}},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
	}, metav1.CreateOptions{}))
	life := int64(3600)
	made := must1(accounts.CreateToken(ctx, "robot", &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &life}}, metav1.CreateOptions{}))
	bearing := rest.AnonymousClientConfig(config)
	bearing.BearerToken = made.Status.Token
	robot := must1(kubernetes.NewForConfig(bearing))
	must1(robot.CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{}))
	_, err := robot.CoreV1().Secrets(namespace).List(ctx, metav1.ListOptions{})
	refused(err, apierrors.IsForbidden, `User "system:serviceaccount:default:robot" cannot list resource "secrets"`)
	review := must1(client.AuthenticationV1().TokenReviews().Create(ctx, &authenticationv1.TokenReview{
		Spec: authenticationv1.TokenReviewSpec{Token: made.Status.Token}}, metav1.CreateOptions{}))
	equal(review.Status.User.Username, "system:serviceaccount:default:robot")
	bearing.BearerToken = "nonsense"
	_, err = must1(kubernetes.NewForConfig(bearing)).CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	refused(err, apierrors.IsUnauthorized, "Unauthorized")
}

// A request for a certificate is approved, signed, and the certificate names who asked.
func signing() {
	key := must1(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	wanted := must1(x509.CreateCertificateRequest(rand.Reader,
		&x509.CertificateRequest{Subject: pkix.Name{CommonName: "ann", Organization: []string{"ops"}}}, key))
	requests := client.CertificatesV1().CertificateSigningRequests()
	made := must1(requests.Create(ctx, &certificatesv1.CertificateSigningRequest{
		ObjectMeta: metav1.ObjectMeta{Name: "ann"},
		Spec: certificatesv1.CertificateSigningRequestSpec{
			Request:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: wanted}),
			SignerName: certificatesv1.KubeAPIServerClientSignerName,
			Usages:     []certificatesv1.KeyUsage{certificatesv1.UsageClientAuth},
		}}, metav1.CreateOptions{}))
	made.Status.Conditions = []certificatesv1.CertificateSigningRequestCondition{{
		Type: certificatesv1.CertificateApproved, Status: corev1.ConditionTrue, Reason: "Test"}}
	must1(requests.UpdateApproval(ctx, "ann", made, metav1.UpdateOptions{}))
	var issued []byte
	eventually("the certificate", func() bool {
		issued = must1(requests.Get(ctx, "ann", metav1.GetOptions{})).Status.Certificate
		return len(issued) > 0
	})
	block, _ := pem.Decode(issued)
	equal(must1(x509.ParseCertificate(block.Bytes)).Subject.CommonName, "ann")
	showing := rest.AnonymousClientConfig(config)
	showing.CertData = issued
	private := must1(x509.MarshalECPrivateKey(key))
	showing.KeyData = pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private})
	who := must1(must1(kubernetes.NewForConfig(showing)).AuthenticationV1().SelfSubjectReviews().Create(ctx,
		&authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{}))
	equal(who.Status.UserInfo.Username, "ann")
	that(slices.Contains(who.Status.UserInfo.Groups, "ops"), "groups %v", who.Status.UserInfo.Groups)
}

func reviews() {
	mine := must1(client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: "create", Resource: "pods", Namespace: namespace}}}, metav1.CreateOptions{}))
	that(mine.Status.Allowed, "the administrator may not: %v", mine.Status)
	theirs := must1(client.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{
		Spec: authorizationv1.SubjectAccessReviewSpec{User: "bob", ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: "delete", Resource: "nodes"}}}, metav1.CreateOptions{}))
	that(!theirs.Status.Allowed, "bob may: %v", theirs.Status)
	rules := must1(client.AuthorizationV1().SelfSubjectRulesReviews().Create(ctx, &authorizationv1.SelfSubjectRulesReview{
		Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace}}, metav1.CreateOptions{}))
	that(len(rules.Status.ResourceRules) > 0, "no rules")
}

func impersonation() {
	acting := rest.CopyConfig(config)
	acting.Impersonate = rest.ImpersonationConfig{UserName: "jane", Groups: []string{"team"},
		Extra: map[string][]string{"scopes": {"some"}}}
	as := must1(kubernetes.NewForConfig(acting))
	who := must1(as.AuthenticationV1().SelfSubjectReviews().Create(ctx,
		&authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})).Status.UserInfo
	equal(who.Username+" "+strings.Join(who.Groups, ",")+" "+strings.Join(who.Extra["scopes"], ","),
		"jane team,system:authenticated some")
	_, err := as.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	refused(err, apierrors.IsForbidden, `User "jane" cannot list resource "pods"`)
}

// The recorder counts what happens again instead of telling it again.
func events() {
	about := must1(client.CoreV1().ConfigMaps(namespace).Create(ctx, &corev1.ConfigMap{ObjectMeta: named("told")},
		metav1.CreateOptions{}))
	about.Kind, about.APIVersion = "ConfigMap", "v1"
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedcore.EventSinkImpl{Interface: client.CoreV1().Events(namespace)})
	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "clients"})
	for range 3 {
		recorder.Event(about, corev1.EventTypeNormal, "Told", "it happened")
	}
	eventually("the event", func() bool {
		found := must1(client.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{
			FieldSelector: "involvedObject.name=told,reason=Told"})).Items
		return len(found) == 1 && found[0].Count == 3 && found[0].Source.Component == "clients"
	})
}

// Of two candidates one leads; when it lets go, the other does.
func election() {
	led := &told{}
	leave := candidate("first", led)
	eventually("the first leads", func() bool { return led.text() == "first" })
	leaveToo := candidate("second", led)
	lease := must1(client.CoordinationV1().Leases(namespace).Get(ctx, "election", metav1.GetOptions{}))
	equal(*lease.Spec.HolderIdentity, "first")
	leave()
	eventually("the second leads", func() bool { return led.text() == "first second" })
	leaveToo()
}

func candidate(name string, led *told) func() {
	running, leave := contextWithCancel()
	go leaderelection.RunOrDie(running, leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{LeaseMeta: named("election"), Client: client.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name}},
		LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 500 * time.Millisecond,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: onStarted(name, led),
			OnStoppedLeading: func() {},
		},
	})
	return leave
}
