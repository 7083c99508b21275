/* The head of what `cargo xtask layouts` asks a C compiler: the headers that the modules of linux-raw-sys were made
   from, and what the kernel reads and writes but does not export. */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/eventfd.h>
#include <linux/eventpoll.h>
#include <linux/fadvise.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/inotify.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/membarrier.h>
#include <linux/memfd.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/poll.h>
#include <linux/random.h>
#include <linux/reboot.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/stat.h>
#include <linux/termios.h>
#include <linux/time.h>
#include <linux/timerfd.h>
#include <linux/types.h>
#include <linux/uio.h>
#include <linux/unistd.h>
#include <linux/userfaultfd.h>
#include <linux/wait.h>
#include <linux/xattr.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#if defined(__i386__) || defined(__x86_64__)
#include <asm/ldt.h>
#endif

#include <linux/can.h>
#include <linux/if.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_alg.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/net.h>
#include <linux/net_tstamp.h>
#include <linux/neighbour.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <linux/nexthop.h>
#include <linux/nl80211.h>
#include <linux/rtnetlink.h>
#include <linux/socket.h>
#include <linux/tcp.h>
#include <linux/un.h>

#include <linux/kexec.h>
#include <linux/mempolicy.h>
#include <linux/prctl.h>

#include <linux/audit.h>
#include <linux/elf.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>

#include <linux/sched/types.h>
#include <linux/signalfd.h>
#include <linux/sysinfo.h>
#include <linux/times.h>
#include <linux/timex.h>
#include <linux/utsname.h>

/* getdents(2) */
struct linux_dirent64 {
    __u64 d_ino;
    __s64 d_off;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[];
};

/* open_by_handle_at(2), with room for MAX_HANDLE_SZ bytes */
struct file_handle {
    __u32 handle_bytes;
    int handle_type;
    unsigned char f_handle[128];
};

/* sigaction(2): the struct of rt_sigaction, which <asm/signal.h> calls sigaction. On two architectures
   that one is an older call's, and this is laid out as <asm-generic/signal.h> does it for the others. */
#if defined(__arm__) || defined(__i386__)
typedef struct {
    unsigned long sig[64 / __LONG_WIDTH__];
} kernel_sigset_t;
struct kernel_sigaction {
    __kernel_sighandler_t sa_handler_kernel;
    unsigned long sa_flags;
    void (*sa_restorer)(void);
    kernel_sigset_t sa_mask;
};
#else
#define kernel_sigset_t sigset_t
#define kernel_sigaction sigaction
#define sa_handler_kernel sa_handler
#endif

/* socket(7), SO_LINGER */
struct linger {
    int l_onoff;
    int l_linger;
};

/* unix(7), SCM_CREDENTIALS */
struct ucred {
    __kernel_pid_t pid;
    __kernel_uid32_t uid;
    __kernel_gid32_t gid;
};

/* recvmsg(2) */
struct cmsghdr {
    __kernel_size_t cmsg_len;
    int cmsg_level;
    int cmsg_type;
};
struct msghdr {
    void *msg_name;
    unsigned int msg_namelen;
    struct iovec *msg_iov;
    __kernel_size_t msg_iovlen;
    void *msg_control;
    __kernel_size_t msg_controllen;
    int msg_flags;
};

/* recvmmsg(2) */
struct mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

#define ANSWER(row, value) \
    __asm__ volatile(".ascii \"->" #row " %c0 %c1 %c2\"" :: \
        "i"((value) < 0), \
        "i"((int)((unsigned long long)(value) >> 32)), \
        "i"((int)(unsigned long long)(value)))
