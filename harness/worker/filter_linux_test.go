//go:build linux && (amd64 || arm64)

package worker

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// ask runs the filter as the kernel would. The virtual machine reads words most
// significant byte first, and so they are written here.
func ask(t *testing.T, vm *bpf.VM, machine, number uint32, args [6]uint64) uint32 {
	t.Helper()
	data := binary.BigEndian.AppendUint32(nil, number)
	data = binary.BigEndian.AppendUint32(data, machine)
	data = append(data, make([]byte, 8)...) // the instruction's address
	for _, a := range args {
		data = binary.BigEndian.AppendUint32(data, uint32(a))
		data = binary.BigEndian.AppendUint32(data, uint32(a>>32))
	}
	// The machine takes the result for a length of a packet, at most of what there is.
	verdict, err := vm.Run(data)
	require.NoError(t, err)
	return uint32(verdict)
}

func newFilter(t *testing.T, calls []call) *bpf.VM {
	t.Helper()
	program, err := assemble(calls)
	require.NoError(t, err)
	require.Less(t, len(program), 4096, "what the kernel takes")
	vm, err := bpf.NewVM(filter(calls))
	require.NoError(t, err)
	return vm
}

// should says in plain words what the filter says in instructions.
func should(calls []call, number uint32, args [6]uint64) uint32 {
	for _, c := range calls {
		switch {
		case uint32(c.number) != number:
		case c.errno != 0:
			return unix.SECCOMP_RET_ERRNO | uint32(c.errno)
		case len(c.when) == 0:
			return unix.SECCOMP_RET_ALLOW
		default:
			for _, w := range c.when {
				if args[w.arg]&w.mask == w.value {
					return unix.SECCOMP_RET_ALLOW
				}
			}
			return unix.SECCOMP_RET_KILL_PROCESS
		}
	}
	return unix.SECCOMP_RET_KILL_PROCESS
}

func TestFilterProgram(t *testing.T) {
	t.Parallel()
	const pid = 4711
	calls := allowed(pid)
	vm := newFilter(t, calls)
	random := rand.New(rand.NewPCG(1, 2))
	interesting := []uint64{
		0, 1, 2, 3, 4, 7, pid, pid + 1, pid | 1<<32, threadFlags, threadFlags | uint64(unix.SIGCHLD), threadFlags | 1<<32,
		threadFlags | unix.CLONE_SETTLS | unix.CLONE_PARENT_SETTID | unix.CLONE_CHILD_CLEARTID,
		threadFlags | unix.CLONE_SETTLS, unix.PR_SET_VMA, unix.PR_SET_VMA | 1<<32, unix.PR_SET_DUMPABLE,
		1 << 32, ^uint64(0), ^uint64(0) - 1,
	}
	seen := make(map[uint32]int)
	for number := range uint32(600) {
		for range 60 {
			var args [6]uint64
			for i := range args {
				args[i] = interesting[random.IntN(len(interesting))]
			}
			want := should(calls, number, args)
			require.Equal(t, want, ask(t, vm, auditMachine, number, args), "call %d%x", number, args)
			seen[want]++
			for _, machine := range []uint32{auditMachine ^ 1, 0, unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_ARM} {
				require.EqualValues(t, unix.SECCOMP_RET_KILL_PROCESS, ask(t, vm, machine, number, args))
			}
			for _, strange := range []uint32{number | 0x40000000, number | 1<<31, ^number} {
				require.EqualValues(t, unix.SECCOMP_RET_KILL_PROCESS, ask(t, vm, auditMachine, strange, args))
			}
		}
	}
	assert.Positive(t, seen[unix.SECCOMP_RET_ALLOW])
	assert.Positive(t, seen[unix.SECCOMP_RET_KILL_PROCESS])
	if cLibrary {
		assert.Positive(t, seen[unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS)])
	}
}

// TestFilterConditions spells out those that matter.
func TestFilterConditions(t *testing.T) {
	t.Parallel()
	const pid = 4711
	vm := newFilter(t, allowed(pid))
	for _, test := range []struct {
		number uint32
		args   [6]uint64
		ok     bool
	}{
		{unix.SYS_MMAP, [6]uint64{0, 4096, unix.PROT_READ | unix.PROT_WRITE, unix.MAP_PRIVATE | unix.MAP_ANON}, true},
		{unix.SYS_MMAP, [6]uint64{0, 4096, unix.PROT_EXEC}, false},
		{unix.SYS_MMAP, [6]uint64{0, 4096, unix.PROT_READ | unix.PROT_WRITE | unix.PROT_EXEC}, false},
		{unix.SYS_MPROTECT, [6]uint64{0, 4096, unix.PROT_READ}, cLibrary},
		{unix.SYS_MPROTECT, [6]uint64{0, 4096, unix.PROT_EXEC}, false},
		{unix.SYS_TGKILL, [6]uint64{pid, 1, 23}, true},
		{unix.SYS_TGKILL, [6]uint64{pid - 1, pid, 23}, false},
		{unix.SYS_TGKILL, [6]uint64{0, pid, 23}, false},
		{unix.SYS_CLONE, [6]uint64{runtimeFlags}, true},
		{unix.SYS_CLONE, [6]uint64{threadFlags | unix.CLONE_SETTLS}, runtime.GOARCH == "amd64"},
		{unix.SYS_CLONE, [6]uint64{threadFlags | unix.CLONE_VFORK}, false},
		{unix.SYS_CLONE, [6]uint64{uint64(unix.SIGCHLD)}, false},
		{unix.SYS_CLONE, [6]uint64{threadFlags | unix.CLONE_NEWUSER}, false},
		{unix.SYS_CLONE, [6]uint64{threadFlags &^ unix.CLONE_THREAD}, false},
		{unix.SYS_PRCTL, [6]uint64{unix.PR_SET_VMA}, true},
		{unix.SYS_PRCTL, [6]uint64{unix.PR_SET_DUMPABLE, 1}, false},
		{unix.SYS_PRCTL, [6]uint64{unix.PR_SET_SECCOMP}, false},
	} {
		got := ask(t, vm, auditMachine, test.number, test.args)
		assert.Equal(t, test.ok, got == unix.SECCOMP_RET_ALLOW, "call %d%x: %x", test.number, test.args, got)
	}
}
