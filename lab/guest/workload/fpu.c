/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * FPU, SSE and AVX state: a thread on each vCPU fills all vector registers,
 * the x87 stack and the control words with values of its own, sleeps and spins
 * with them live, and looks whether they are the same.
 */
#include <cpuid.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "clock.h"
#include "gate.h"
#include "workload.h"

#define SLEEP_NS (20 * NS_PER_MS)
#define SPINS 20000
#define REGISTERS 16
#define X87_DEPTH 8

struct vectors {
    uint8_t bytes[REGISTERS][32];
};

struct fpu_thread {
    unsigned cpu;
    struct gate_worker worker;
};

static bool corrupt_next;

static bool avx_usable(void)
{
    unsigned a, b, c, d, low, high;

    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_AVX) == 0 || (c & bit_OSXSAVE) == 0) {
        return false;
    }
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6;
}

/*
 * Loads 16 registers, sleeps in the kernel, spins, stores the registers. All in
 * one statement, so that the compiler has no say in what the registers hold.
 */
#define EACH_REGISTER(op, reg)                                          \
    op(reg, 0) op(reg, 1) op(reg, 2) op(reg, 3)    \
    op(reg, 4) op(reg, 5) op(reg, 6) op(reg, 7)    \
    op(reg, 8) op(reg, 9) op(reg, 10) op(reg, 11)  \
    op(reg, 12) op(reg, 13) op(reg, 14) op(reg, 15)
#define LOAD_SSE(reg, n) "movdqu 32*" #n "(%[in]), %%" reg #n "\n\t"
#define STORE_SSE(reg, n) "movdqu %%" reg #n ", 32*" #n "(%[out])\n\t"
#define LOAD_AVX(reg, n) "vmovdqu 32*" #n "(%[in]), %%" reg #n "\n\t"
#define STORE_AVX(reg, n) "vmovdqu %%" reg #n ", 32*" #n "(%[out])\n\t"
#define HOLD                                                                   \
    "movl %[nanosleep], %%eax\n\t"                                             \
    "movq %[pause], %%rdi\n\t"                                                 \
    "xorl %%esi, %%esi\n\t"                                                    \
    "syscall\n\t"                                                              \
    "movl %[spins], %%eax\n"                                                   \
    "1:\t"                                                                    \
    "decl %%eax\n\t"                                                           \
    "jnz 1b\n\t"
#define OPERANDS                                                               \
    : : [in] "r"(in), [out] "r"(out), [pause] "r"(pause),                      \
        [nanosleep] "i"(SYS_nanosleep), [spins] "i"(SPINS)                     \
    : "rax", "rcx", "rdi", "rsi", "r11", "cc", "memory", "xmm0", "xmm1",       \
      "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
      "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

static void hold_sse(const struct vectors *in, struct vectors *out, const struct timespec *pause)
{
    __asm__ volatile(EACH_REGISTER(LOAD_SSE, "xmm") HOLD
                     EACH_REGISTER(STORE_SSE, "xmm") OPERANDS);
}

static void hold_avx(const struct vectors *in, struct vectors *out, const struct timespec *pause)
{
    __asm__ volatile(EACH_REGISTER(LOAD_AVX, "ymm") HOLD
                     EACH_REGISTER(STORE_AVX, "ymm") "vzeroupper\n\t" OPERANDS);
}

/* The same for the x87 stack and both control words (rounding, precision). */
static bool hold_x87(unsigned salt, const struct timespec *pause)
{
    double in[X87_DEPTH], out[X87_DEPTH];
    uint16_t default_cw, cw, cw_after;
    uint32_t default_mxcsr, mxcsr, mxcsr_after;

    for (int i = 0; i < X87_DEPTH; i++) {
        in[i] = 1.0 / (salt + (unsigned)i + 1);
    }
    __asm__ volatile("fnstcw %0\n\tstmxcsr %1" : "=m"(default_cw), "=m"(default_mxcsr));
    cw = (uint16_t)((default_cw & ~0x0c00u) | (salt & 3) << 10);
    mxcsr = (default_mxcsr & ~0x6000u) | (salt & 3) << 13;
    __asm__ volatile("fldcw %[cw]\n\tldmxcsr %[mxcsr]\n\t"
                     "fldl 56(%[in])\n\tfldl 48(%[in])\n\tfldl 40(%[in])\n\tfldl 32(%[in])\n\t"
                     "fldl 24(%[in])\n\tfldl 16(%[in])\n\tfldl 8(%[in])\n\tfldl (%[in])\n\t"
                     HOLD
                     "fstpl (%[out])\n\tfstpl 8(%[out])\n\tfstpl 16(%[out])\n\tfstpl 24(%[out])\n\t"
                     "fstpl 32(%[out])\n\tfstpl 40(%[out])\n\tfstpl 48(%[out])\n\tfstpl 56(%[out])\n\t"
                     "fnstcw %[cw_after]\n\tstmxcsr %[mxcsr_after]\n\t"
                     "fldcw %[default_cw]\n\tldmxcsr %[default_mxcsr]\n\t"
                     : [cw_after] "=m"(cw_after), [mxcsr_after] "=m"(mxcsr_after)
                     : [in] "r"(in), [out] "r"(out), [pause] "r"(pause), [cw] "m"(cw),
                       [mxcsr] "m"(mxcsr), [default_cw] "m"(default_cw),
                       [default_mxcsr] "m"(default_mxcsr), [nanosleep] "i"(SYS_nanosleep),
                       [spins] "i"(SPINS)
                     : "rax", "rcx", "rdi", "rsi", "r11", "cc", "memory", "st", "st(1)", "st(2)",
                       "st(3)", "st(4)", "st(5)", "st(6)", "st(7)");
    return memcmp(in, out, sizeof(in)) == 0 && cw == cw_after &&
           (mxcsr & 0x6000) == (mxcsr_after & 0x6000);
}

static bool hold_vectors(bool avx, unsigned salt, const struct timespec *pause)
{
    struct vectors in, out;
    size_t width = avx ? 32 : 16;
    bool same = true;

    for (unsigned i = 0; i < REGISTERS; i++) {
        for (unsigned j = 0; j < sizeof(in.bytes[i]); j++) {
            in.bytes[i][j] = (uint8_t)(salt * 31 + i * 37 + j * 11 + 1);
        }
    }
    (avx ? hold_avx : hold_sse)(&in, &out, pause);
    if (__atomic_exchange_n(&corrupt_next, false, __ATOMIC_RELAXED)) {
        out.bytes[3][5] ^= 4;
    }
    for (unsigned i = 0; i < REGISTERS; i++) {
        same &= memcmp(in.bytes[i], out.bytes[i], width) == 0;
    }
    return same;
}

static void *fpu(void *argument)
{
    struct fpu_thread *thread = argument;
    struct timespec pause = timespec_of(paced(SLEEP_NS));
    bool avx = avx_usable();
    char name[24];

    snprintf(name, sizeof(name), "vcpu%u", thread->cpu);
    gate_join(&thread->worker, name);
    for (unsigned salt = thread->cpu;; salt++) {
        bool same = salt % 2 == 0 ? hold_vectors(avx, salt, &pause) : hold_x87(salt, &pause);

        count(C_fpu_checks, 1);
        if (!same) {
            count(C_fpu_bad, 1);
            say("vcpu%u: %s registers changed", thread->cpu, salt % 2 == 0 ? "vector" : "x87");
        }
        gate_sleep(&thread->worker, 0);
    }
    return NULL;
}

void fpu_start(void)
{
    static struct fpu_thread threads[64];
    unsigned n = (unsigned)vcpus();

    set_counter(C_avx, avx_usable());
    for (unsigned cpu = 0; cpu < n && cpu < sizeof(threads) / sizeof(threads[0]); cpu++) {
        threads[cpu].cpu = cpu;
        start_thread(fpu, &threads[cpu], (int)cpu);
    }
}

void fpu_corrupt(void)
{
    __atomic_store_n(&corrupt_next, true, __ATOMIC_RELAXED);
}
