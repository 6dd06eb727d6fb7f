// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * usage: exercise DEVICE
 *
 * Runs a VM on a KVM, without QEMU: as many vCPUs as there are CPUs, each on a
 * CPU of its own that changes all the time. The guest is a few instructions that
 * check what two KVMs could take from each other: TSC_AUX, which it reads with
 * RDTSCP, and its memory. After each exit the host's own TSC_AUX is checked,
 * too. It needs no firmware and no clock, so it runs at once, and also on a
 * machine that has no time.
 *
 * Prints "running" when every vCPU has run, then a line "rounds N" whenever all
 * of them have made progress since the last one. On SIGTERM "ok" and exit 0. At
 * the first error what was wrong, exit 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY_SIZE	0x10000
#define CODE		0x1000
#define DATA		0x2000	/* a page for each vCPU */
#define MAX_CPUS	8
#define MSR_TSC_AUX	0xc0000103
#define PORT_ROUND	0x11
#define PORT_BAD	0x10

/*
 * In real mode. %ebx: what TSC_AUX (its lower half: QEMU sets no more of %ecx in
 * real mode) and the word at %di must be; %bp: rounds
 * between two exits; the counter at %si shows that memory can be written.
 */
asm(".pushsection .rodata\n"
    ".code16\n"
    "guest_start:\n"
    "1:	rdtscp\n"
    "	cmpw	%bx, %cx\n"
    "	jne	2f\n"
    "	cmpl	%ebx, (%di)\n"
    "	jne	2f\n"
    "	incl	(%si)\n"
    "	decw	%bp\n"
    "	jnz	1b\n"
    "	movw	$200, %bp\n"
    "	outb	%al, $0x11\n"
    "	jmp	1b\n"
    "2:	outb	%al, $0x10\n"
    "	jmp	1b\n"
    "guest_end:\n"
    ".code64\n"
    ".popsection\n");
extern const char guest_start[], guest_end[];

struct vcpu {
	int id, fd;
	uint32_t magic;
	struct kvm_run *run;
	atomic_ulong rounds;
	pthread_t thread;
};

static struct vcpu vcpus[MAX_CPUS];
static int cpus[MAX_CPUS], cpu_count;
static volatile sig_atomic_t stopping;

static void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	_exit(1);
}

static int check(int result, const char *what)
{
	if (result < 0)
		fail("%s: %s", what, strerror(errno));
	return result;
}

static void on_term(int signal)
{
	(void)signal;
	stopping = 1;
}

/* CPUs may be taken offline under us; then the thread stays where it is put. */
static void move_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/*
 * The host's TSC_AUX holds the CPU's number in its lower 12 bits. Read twice
 * around the other source of it, because the thread may move in between.
 */
static void check_host(void)
{
	unsigned int low, high, before, after, cpu;

	do {
		asm volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(before));
		if (getcpu(&cpu, NULL))
			return;
		asm volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(after));
	} while (before != after);
	if ((before & 0xfff) != cpu)
		fail("the host's TSC_AUX is %#x on CPU %u", before, cpu);
}

static void __attribute__((noreturn)) fail_guest(struct vcpu *v)
{
	struct kvm_regs regs;

	check(ioctl(v->fd, KVM_GET_REGS, &regs), "KVM_GET_REGS");
	fail("vCPU %d: TSC_AUX was %#llx, not %#llx, or its memory was another's",
	     v->id, regs.rcx, regs.rbx);
}

static void *run_vcpu(void *argument)
{
	struct vcpu *v = argument;
	unsigned long rounds = 0;

	while (!stopping) {
		if (ioctl(v->fd, KVM_RUN, 0) < 0) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			fail("vCPU %d: KVM_RUN: %s", v->id, strerror(errno));
		}
		check_host();
		if (v->run->exit_reason != KVM_EXIT_IO)
			fail("vCPU %d: exit reason %u", v->id, v->run->exit_reason);
		if (v->run->io.port != PORT_ROUND)
			fail_guest(v);
		atomic_store(&v->rounds, ++rounds);
		/* Each exit on another CPU now and then, each vCPU in its own order. */
		if (rounds % (16 + v->id) == 0)
			move_to(cpus[(rounds / 16 + v->id) % cpu_count]);
	}
	return NULL;
}

static void create_vcpu(int kvm, int vm, char *memory, struct vcpu *v)
{
	static struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[256];
	} cpuid;
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry;
	} msrs = { .head.nmsrs = 1, .entry.index = MSR_TSC_AUX, .entry.data = v->magic };
	struct kvm_sregs sregs;
	struct kvm_regs regs = {
		.rip = CODE,
		.rflags = 2,
		.rbx = v->magic,
		.rsi = DATA + v->id * 0x1000 + 8,
		.rdi = DATA + v->id * 0x1000,
		.rbp = 1,
	};
	int size = check(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");

	v->fd = check(ioctl(vm, KVM_CREATE_VCPU, v->id), "KVM_CREATE_VCPU");
	v->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, 0);
	if (v->run == MAP_FAILED)
		fail("mmap of vCPU %d: %s", v->id, strerror(errno));
	memcpy(memory + regs.rdi, &v->magic, sizeof(v->magic));

	cpuid.head.nent = 256;
	check(ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid), "KVM_GET_SUPPORTED_CPUID");
	check(ioctl(v->fd, KVM_SET_CPUID2, &cpuid), "KVM_SET_CPUID2");
	check(ioctl(v->fd, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	check(ioctl(v->fd, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	check(ioctl(v->fd, KVM_SET_REGS, &regs), "KVM_SET_REGS");
	if (check(ioctl(v->fd, KVM_SET_MSRS, &msrs), "KVM_SET_MSRS") != 1)
		fail("TSC_AUX of vCPU %d cannot be set", v->id);
}

static void report_progress(void)
{
	unsigned long last[MAX_CPUS] = { 0 }, lowest;
	const struct timespec pause = { .tv_nsec = 100000000 };
	int i;

	while (!stopping) {
		nanosleep(&pause, NULL);
		lowest = ~0ul;
		for (i = 0; i < cpu_count; i++) {
			unsigned long now = atomic_load(&vcpus[i].rounds);

			if (now == last[i])
				break;
			if (now < lowest)
				lowest = now;
		}
		if (i < cpu_count)
			continue;
		if (!last[0])
			puts("running");
		for (i = 0; i < cpu_count; i++)
			last[i] = atomic_load(&vcpus[i].rounds);
		printf("rounds %lu\n", lowest);
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_SIZE };
	struct sigaction action = { .sa_handler = on_term };
	cpu_set_t allowed;
	char *memory;
	int kvm, vm, i;

	if (argc != 2) {
		fputs("usage: exercise DEVICE\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	check(sched_getaffinity(0, sizeof(allowed), &allowed), "sched_getaffinity");
	for (i = 0; i < CPU_SETSIZE && cpu_count < MAX_CPUS; i++)
		if (CPU_ISSET(i, &allowed))
			cpus[cpu_count++] = i;

	kvm = check(open(argv[1], O_RDWR | O_CLOEXEC), argv[1]);
	vm = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	memcpy(memory + CODE, guest_start, guest_end - guest_start);
	region.userspace_addr = (uintptr_t)memory;
	check(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");

	for (i = 0; i < cpu_count; i++) {
		vcpus[i].id = i;
		/* Unlike any other VM's, and any CPU's number. */
		vcpus[i].magic = (uint32_t)getpid() << 12 | 0x800 | i;
		create_vcpu(kvm, vm, memory, &vcpus[i]);
	}
	for (i = 0; i < cpu_count; i++)
		if (pthread_create(&vcpus[i].thread, NULL, run_vcpu, &vcpus[i]))
			fail("pthread_create fails");
	report_progress();
	for (i = 0; i < cpu_count; i++)
		pthread_join(vcpus[i].thread, NULL);
	puts("ok");
	return 0;
}
