/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */

/*
 * liborthus-tapgate: keeps a starting QEMU from disturbing the tap devices that
 * it shares with the QEMU which it is to replace, and whose guest still runs.
 *
 * It is loaded (LD_PRELOAD) into the new QEMU only. libvirt hands a tap over as
 * an open file, and both processes have that same open file: whatever one sets
 * is set for both, and a packet that one reads the other never sees. Yet QEMU
 * sets a tap up from scratch when it starts. So, until the state of the devices
 * arrives, some of its calls are answered here instead of by the kernel:
 *
 *   ioctl   TUNSETVNETHDRSZ, TUNSETVNETLE, TUNSETVNETBE: the length and byte
 *           order of the header before each packet. QEMU starts with the
 *           shortest one, and the running guest's packets would be cut in the
 *           wrong place. Answered: done.
 *           TUNSETSNDBUF, TUNSETSTEERINGEBPF: belong to the running guest as
 *           well. Answered: done.
 *           TUNSETOFFLOAD: QEMU probes by setting what it wants to know about,
 *           and then clears everything. Answered from what the interface says
 *           it can do, so that the devices get the features they would get.
 *           TUNSETQUEUE: QEMU detaches all queues but the first. The running
 *           QEMU would lose packets, and abort when its guest is reset and the
 *           queue is in another state than it believes. Answered: done. Later
 *           on, attaching what is attached, or the reverse, is what a QEMU asks
 *           for whose queues have been used by another one; the kernel calls
 *           that an error, and here it is none.
 *   read    A packet would be taken from the running guest. Answered: there is
 *           none. Since there may well be one, the main loop would ask again at
 *           once, and take a whole core for as long as a guest leaves a packet
 *           unread: from the guests, and, when the main loop has real-time
 *           priority while the guest stands still, from the very QEMU that
 *           saves the state it waits for. So the answer takes a moment then.
 *   accept, accept4, close
 *           Tell how far we are: see enum gate. Passed through.
 *
 * Devices of the host are shared in the same way; addresses.h tells what of them
 * is held back, until a vCPU runs:
 *
 *   ioctl   VFIO_IOMMU_MAP_DMA, VFIO_IOMMU_UNMAP_DMA, KVM_RUN.
 *
 * And resets.h what would reset them, until the state of devices arrives:
 *
 *   ioctl   VFIO_DEVICE_RESET, VFIO_DEVICE_PCI_HOT_RESET. Answered: done.
 *   pwrite  to the registers of a device. Answered: done.
 *
 * The main migration channel is known by the path of its UNIX socket, which is
 * in $ORTHUS_TAPGATE_SOCKET. Without that variable nothing is intercepted.
 *
 * When the gate is open, what remains is a load and some comparisons per call.
 * If the new QEMU never gets that far it is killed, and nothing has happened to
 * the tap.
 */

#include "addresses.h"
#include "resets.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/kvm.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))
#define HELD_READ_NS 1000000    /* while the old QEMU runs */
#define LOADING_READ_NS 200000 /* while the guest may stand still */

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
#ifndef TUN_F_UDP_TUNNEL_GSO
#define TUN_F_UDP_TUNNEL_GSO 0x080
#define TUN_F_UDP_TUNNEL_GSO_CSUM 0x100
#endif

#define PLAIN_OFFLOADS (TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_USO4 | TUN_F_USO6)

/*
 * SHUT: the old QEMU runs. LOADING: the main migration channel is connected;
 * what the devices set from now on is what they have received, and they do so
 * when the old QEMU has stopped. But before that RAM may be copied, and so
 * reading waits until the channel is closed, which means that all is loaded.
 */
enum gate { OPEN, SHUT, LOADING };

/* Read by all threads; changed by the main thread, which migrates. */
static _Atomic int gate = OPEN;
static _Atomic int main_channel = -1;
static const char *main_path; /* constant once the program runs */

__attribute__((constructor)) static void shut_gate(void)
{
    main_path = getenv("ORTHUS_TAPGATE_SOCKET");
    if (main_path) {
        atomic_store(&gate, SHUT);
    }
}

static int now(void)
{
    return atomic_load_explicit(&gate, memory_order_acquire);
}

/*
 * The kernel is called directly: the C library's functions of these names are
 * ourselves, and do nothing more.
 */
static int real_ioctl(int fd, unsigned long request, const void *argument)
{
    return (int)syscall(SYS_ioctl, fd, request, argument);
}

/* errno is the caller's: it must not change by what is looked up here. */
static bool interface_of(int fd, struct ifreq *interface)
{
    int saved = errno;
    bool is_tap;

    memset(interface, 0, sizeof(*interface));
    is_tap = real_ioctl(fd, TUNGETIFF, interface) == 0 &&
             (interface->ifr_flags & IFF_TAP);
    errno = saved;
    return is_tap;
}

static bool is_tap(int fd)
{
    struct ifreq interface;

    return interface_of(fd, &interface);
}

/* Ask the driver of @name; @command begins with its number. */
static bool ethtool(int control, const char *name, void *command)
{
    struct ifreq request;

    memset(&request, 0, sizeof(request));
    memcpy(request.ifr_name, name, IFNAMSIZ);
    request.ifr_data = command;
    return real_ioctl(control, SIOCETHTOOL, &request) == 0;
}

static uint32_t count_features(int control, const char *name)
{
    struct {
        struct ethtool_sset_info info;
        uint32_t count;
    } query = { .info = { .cmd = ETHTOOL_GSSET_INFO,
                          .sset_mask = UINT64_C(1) << ETH_SS_FEATURES } };

    return ethtool(control, name, &query) && query.info.sset_mask
               ? query.count : 0;
}

static bool has_feature(int control, const char *name, const char *feature)
{
    uint32_t count = count_features(control, name);
    uint32_t blocks = (count + 31) / 32;
    struct ethtool_gstrings *names =
        calloc(1, sizeof(*names) + (size_t)count * ETH_GSTRING_LEN);
    struct ethtool_gfeatures *features =
        calloc(1, sizeof(*features) + blocks * sizeof(features->features[0]));
    bool found = false;

    if (names && features) {
        names->cmd = ETHTOOL_GSTRINGS;
        names->string_set = ETH_SS_FEATURES;
        names->len = count;
        features->cmd = ETHTOOL_GFEATURES;
        features->size = blocks;
        if (ethtool(control, name, names) && ethtool(control, name, features)) {
            for (uint32_t i = 0; i < count && !found; i++) {
                found = !strncmp((char *)names->data + i * ETH_GSTRING_LEN,
                                 feature, ETH_GSTRING_LEN) &&
                        (features->features[i / 32].available >> (i % 32) & 1);
            }
        }
    }
    free(names);
    free(features);
    return found;
}

/* Would TUNSETOFFLOAD take @offload? Older kernels know fewer of its bits. */
static bool takes_offload(int fd, unsigned long offload)
{
    static const struct {
        unsigned long bits;  /* the kernel takes all of them or none, and */
        unsigned long with;  /* only beside one of these */
        const char *feature;
    } newer[] = {
        { TUN_F_USO4 | TUN_F_USO6, TUN_F_CSUM, "tx-udp-segmentation" },
        { TUN_F_UDP_TUNNEL_GSO, PLAIN_OFFLOADS, "tx-udp_tnl-segmentation" },
        { TUN_F_UDP_TUNNEL_GSO_CSUM, TUN_F_UDP_TUNNEL_GSO,
          "tx-udp_tnl-csum-segmentation" },
    };
    const unsigned long all = offload;
    struct ifreq interface;
    int saved = errno;
    int control;
    bool takes = true;

    offload &= ~(unsigned long)(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 |
                                TUN_F_TSO_ECN | TUN_F_UFO);
    if (!offload) {
        return true;
    }
    control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (control < 0 || !interface_of(fd, &interface)) {
        takes = false;
    }
    for (size_t i = 0; takes && i < sizeof(newer) / sizeof(newer[0]); i++) {
        if (all & newer[i].bits) {
            takes = (all & newer[i].bits) == newer[i].bits &&
                    (all & newer[i].with) &&
                    has_feature(control, interface.ifr_name, newer[i].feature);
            offload &= ~newer[i].bits;
        }
    }
    if (control >= 0) {
        (void)syscall(SYS_close, control);
    }
    errno = saved;
    return takes && !offload;
}

static int set_offload(int fd, const void *argument)
{
    if (takes_offload(fd, (unsigned long)(uintptr_t)argument)) {
        return 0;
    }
    errno = EINVAL;
    return -1;
}

static int set_queue(int fd, const struct ifreq *wanted)
{
    int result = real_ioctl(fd, TUNSETQUEUE, wanted);
    struct ifreq is;

    if (result < 0 && errno == EINVAL && interface_of(fd, &is) &&
        !((is.ifr_flags ^ wanted->ifr_flags) & IFF_DETACH_QUEUE)) {
        return 0;
    }
    return result;
}

VISIBLE int ioctl(int fd, unsigned long request, ...)
{
    va_list ap;
    const void *argument;

    va_start(ap, request);
    argument = va_arg(ap, const void *);
    va_end(ap);
    switch (request) {
    case TUNSETVNETHDRSZ:
    case TUNSETVNETLE:
    case TUNSETVNETBE:
    case TUNSETSNDBUF:
    case TUNSETSTEERINGEBPF:
        if (now() == SHUT && is_tap(fd)) {
            return 0;
        }
        break;
    case TUNSETOFFLOAD:
        if (now() == SHUT && is_tap(fd)) {
            return set_offload(fd, argument);
        }
        break;
    case TUNSETQUEUE:
        if (main_path) {
            return now() == SHUT && is_tap(fd) ? 0 : set_queue(fd, argument);
        }
        break;
    case VFIO_DEVICE_RESET:
        if (now() == SHUT && resets_device(fd, request, real_ioctl)) {
            return 0;
        }
        break;
    case VFIO_IOMMU_MAP_DMA: /* which is VFIO_DEVICE_PCI_HOT_RESET, too */
        if (now() == SHUT && resets_device(fd, request, real_ioctl)) {
            return 0;
        }
        if (main_path) {
            return addresses_map(fd, argument, real_ioctl);
        }
        break;
    case VFIO_IOMMU_UNMAP_DMA:
        if (main_path) {
            return addresses_unmap(fd, argument, real_ioctl);
        }
        break;
    case KVM_RUN:
        if (main_path) {
            addresses_set(real_ioctl);
        }
        break;
    default:
        break;
    }
    return real_ioctl(fd, request, argument);
}

/*
 * The answer of a tap that is not ours yet. If it holds a packet, that is a
 * pause, which ends as soon as there is state to load.
 */
static ssize_t hold_read(int fd)
{
    const bool loading = now() == LOADING;
    const struct timespec moment = {
        .tv_nsec = loading ? LOADING_READ_NS : HELD_READ_NS
    };
    struct pollfd packet = { .fd = fd, .events = POLLIN };
    struct pollfd state = {
        .fd = loading ? atomic_load(&main_channel) : -1, .events = POLLIN
    };

    if (poll(&packet, 1, 0) == 1) {
        (void)ppoll(&state, 1, &moment, NULL);
    }
    errno = EAGAIN;
    return -1;
}

VISIBLE ssize_t read(int fd, void *buffer, size_t size)
{
    if (now() != OPEN && is_tap(fd)) {
        return hold_read(fd);
    }
    return syscall(SYS_read, fd, buffer, size);
}

/* What read() becomes in a QEMU built with _FORTIFY_SOURCE, if it is checked. */
VISIBLE ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
VISIBLE ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room)
{
    if (size > room) {
        abort();
    }
    return read(fd, buffer, size);
}

/* One function by two names: here off_t has 64 bits. */
VISIBLE ssize_t pwrite64(int fd, const void *buffer, size_t size, off_t offset)
{
    if (now() == SHUT && sets_register(fd, offset, real_ioctl)) {
        return (ssize_t)size;
    }
    return syscall(SYS_pwrite64, fd, buffer, size, offset);
}

VISIBLE ssize_t pwrite(int fd, const void *buffer, size_t size, off_t offset)
{
    return pwrite64(fd, buffer, size, offset);
}

static void see_accepted(int listener, int channel)
{
    struct sockaddr_un address;
    socklen_t len = sizeof(address);
    int saved = errno;

    memset(&address, 0, sizeof(address));
    if (now() == SHUT &&
        getsockname(listener, (struct sockaddr *)&address, &len) == 0 &&
        address.sun_family == AF_UNIX &&
        !strncmp(address.sun_path, main_path, sizeof(address.sun_path))) {
        atomic_store(&main_channel, channel);
        atomic_store_explicit(&gate, LOADING, memory_order_release);
    }
    errno = saved;
}

VISIBLE int accept4(int listener, struct sockaddr *address, socklen_t *len,
                    int flags)
{
    int channel = (int)syscall(SYS_accept4, listener, address, len, flags);

    if (channel >= 0) {
        see_accepted(listener, channel);
    }
    return channel;
}

VISIBLE int accept(int listener, struct sockaddr *address, socklen_t *len)
{
    return accept4(listener, address, len, 0);
}

VISIBLE int close(int fd)
{
    if (now() == LOADING && fd == atomic_load(&main_channel)) {
        atomic_store_explicit(&gate, OPEN, memory_order_release);
    }
    return (int)syscall(SYS_close, fd);
}
