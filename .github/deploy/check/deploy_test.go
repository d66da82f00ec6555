// Package deploy reads the deployment's files as the tools would that they are for.
// It is a module of its own: what that takes the grader must not depend on.
package deploy

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// objects decodes a manifest strictly: unknown and repeated fields are errors, and so
// are kinds that are not in the APIs.
func objects(t *testing.T, text []byte) ([]runtime.Object, error) {
	t.Helper()
	kinds := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme,
	} {
		require.NoError(t, add(kinds))
	}
	strict := json.NewSerializerWithOptions(json.DefaultMetaFactory, kinds, kinds, json.SerializerOptions{Yaml: true, Strict: true})
	var all []runtime.Object
	for r := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text))); ; {
		doc, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		object, _, err := strict.Decode(doc, nil, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, object)
	}
}

func TestKubernetes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../kubernetes.yaml")
	require.NoError(t, err)
	all, err := objects(t, text)
	require.NoError(t, err)
	require.Len(t, all, 5)
	var d *appsv1.Deployment
	for _, o := range all {
		if found, ok := o.(*appsv1.Deployment); ok {
			d = found
		}
	}
	require.NotNil(t, d)
	pod := d.Spec.Template
	assert.Equal(t, d.Spec.Selector.MatchLabels, pod.Labels)
	assert.Equal(t, corev1.SeccompProfileTypeRuntimeDefault, pod.Spec.SecurityContext.SeccompProfile.Type)
	assert.True(t, *pod.Spec.SecurityContext.RunAsNonRoot)
	volumes := make(map[string]bool)
	for _, v := range pod.Spec.Volumes {
		volumes[v.Name] = true
	}
	for _, c := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
		assert.False(t, *c.SecurityContext.AllowPrivilegeEscalation, c.Name)
		assert.True(t, *c.SecurityContext.ReadOnlyRootFilesystem, c.Name)
		assert.Equal(t, []corev1.Capability{"ALL"}, c.SecurityContext.Capabilities.Drop, c.Name)
		for _, resource := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			limit, request := c.Resources.Limits[resource], c.Resources.Requests[resource]
			assert.Positive(t, limit.Sign(), "%s: %s", c.Name, resource)
			assert.LessOrEqual(t, request.Cmp(limit), 0, "%s: %s", c.Name, resource)
		}
		for _, m := range c.VolumeMounts {
			assert.True(t, volumes[m.Name], "%s: %s", c.Name, m.Name)
		}
	}

	for old, new := range map[string]string{
		"replicas: 3": "replica: 3", "runAsUser: 65532": "runAsUser: nobody", "kind: Deployment": "kind: Deploiment",
		"  type: RuntimeDefault": "  type: RuntimeDefault\n          type: Unconfined",
	} {
		require.Contains(t, string(text), old)
		_, err := objects(t, bytes.Replace(text, []byte(old), []byte(new), 1))
		require.Error(t, err, new)
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	load := func(file string) error {
		options, err := cli.NewProjectOptions([]string{file}, cli.WithEnv([]string{"GRADER_PASSWORD=secret"}))
		require.NoError(t, err)
		project, err := options.LoadProject(t.Context())
		if err != nil {
			return err
		}
		assert.Equal(t, []string{"nats", "worker"}, project.ServiceNames())
		worker := project.Services["worker"]
		assert.Equal(t, "--queue=nats://grader:secret@nats:4222", worker.Command[1])
		assert.Equal(t, []string{"ALL"}, worker.CapDrop)
		assert.Positive(t, worker.Deploy.Resources.Limits.MemoryBytes)
		return nil
	}
	require.NoError(t, load("../compose.yaml"))
	text, err := os.ReadFile("../compose.yaml")
	require.NoError(t, err)
	broken := t.TempDir() + "/compose.yaml"
	require.NoError(t, os.WriteFile(broken, bytes.Replace(text, []byte("read_only"), []byte("readonly"), 1), 0o600))
	require.Error(t, load(broken))
}
