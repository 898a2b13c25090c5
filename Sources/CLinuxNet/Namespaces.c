#define _GNU_SOURCE 1

#include "Namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between clone and exec only functions that are safe after a fork of a process with threads are
// called: no memory is allocated, no lock is taken.

// The number of pidfd_open(2) and its like are the same on all machines.
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

// fork(2) in new namespaces, without what the C library does around it, which may take locks.
static int fork_into(unsigned long namespaces) {
    return (int)syscall(SYS_clone, namespaces | SIGCHLD, 0, 0, 0, 0);
}

static void complain(int report, int stage, int index) {
    struct cln_report record = {.stage = stage, .code = errno, .index = index};
    // A reader that is gone needs no report.
    if (write(report, &record, sizeof record) < 0) return;
}

static _Noreturn void fail(int report, int stage, int index) {
    int code = errno;
    complain(report, stage, index);
    _exit(stage == CLN_STAGE_PROGRAM && code == ENOENT ? 127 : 126);
}

static void reset_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Makes descriptors 0, 1 and 2; all are copied out of the way first, so that none overwrites one
// that is still needed.
static void set_descriptors(const int wanted[3]) {
    int copies[3];
    for (int i = 0; i < 3; i++) copies[i] = fcntl(wanted[i], F_DUPFD_CLOEXEC, 3);
    for (int i = 0; i < 3; i++) dup2(copies[i], i);
}

static void close_others(int first) {
    // 4: CLOSE_RANGE_CLOEXEC. The report stays open until exec.
    if (syscall(SYS_close_range, first, ~0U, 4) == 0) return;
    for (int number = first; number < 1024; number++) fcntl(number, F_SETFD, FD_CLOEXEC);
}

// Replaces the process by the program; its signals and descriptors are in order already.
static _Noreturn void run(char *const *words, char *const *variables, int report) {
    reset_signals();
    close_others(3);
    // execvp(3) looks for programs in the PATH of these variables.
    environ = (char **)variables;
    execvp(words[0], words);
    fail(report, CLN_STAGE_PROGRAM, 0);
}

static int status_code(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// The life of a pod's init after its program has begun; -1 stands for no program.
static _Noreturn void attend(int program) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    for (;;) {
        int status;
        pid_t ended;
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
            if (ended == program) _exit(status_code(status));
        }
        int number = sigwaitinfo(&set, NULL);
        if (number != SIGTERM) continue;
        if (program < 0) _exit(0);
        kill(program, SIGTERM);
    }
}

static void write_setting(const struct cln_pair *setting) {
    int file = open(setting->first, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, setting->second, strlen(setting->second)) < 0) errno = 0;
    close(file);
}

static void prepare(const struct cln_pod *pod) {
    if (sethostname(pod->hostname, strlen(pod->hostname)) != 0) {
        fail(pod->report, CLN_STAGE_HOSTNAME, 0);
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        fail(pod->report, CLN_STAGE_PRIVATE_MOUNTS, 0);
    }
    for (size_t i = 0; i < pod->mount_count; i++) {
        const struct cln_pair *pair = &pod->mounts[i];
        if (mount(pair->first, pair->second, NULL, MS_BIND, NULL) != 0) {
            fail(pod->report, CLN_STAGE_MOUNT, (int)i);
        }
    }
    // The old one shows processes of the outer namespace by numbers that mean others here.
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
        fail(pod->report, CLN_STAGE_PROC, 0);
    }
    for (size_t i = 0; i < pod->setting_count; i++) write_setting(&pod->settings[i]);
}

static _Noreturn void be_init(const struct cln_pod *pod) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "martlet-pod");
    // All signals wait: those that the terminal sends are the program's business.
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    close(pod->other_end);
    char octet;
    ssize_t got;
    do got = read(pod->gate, &octet, 1);
    while (got < 0 && errno == EINTR);
    // The parent ended before it could be noticed by its death.
    if (got != 1) _exit(1);
    prepare(pod);
    if (chdir(pod->directory) != 0) fail(pod->report, CLN_STAGE_DIRECTORY, 0);
    int program = -1;
    if (pod->words) {
        program = fork_into(0);
        if (program < 0) fail(pod->report, CLN_STAGE_FORK, 0);
        if (program == 0) {
            set_descriptors(pod->descriptors);
            run(pod->words, pod->variables, pod->report);
        }
    }
    // What the parent had open stays open there, and nothing of the pod's output is kept from
    // ending here.
    int nothing = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3 && nothing >= 0; i++) dup2(nothing, i);
    if (syscall(SYS_close_range, 3, ~0U, 0) != 0) {
        for (int number = 3; number < 1024; number++) close(number);
    }
    attend(program);
}

int cln_pod_start(const struct cln_pod *pod) {
    unsigned long namespaces =
        CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
    int pid = fork_into(namespaces);
    if (pid == 0) be_init(pod);
    return pid;
}

// The program of a visitor, which is a process of its own; 0 before it is started.
static volatile sig_atomic_t visiting;

// The parent is gone, or somebody wants an end: the program ends first, so that it is taken in
// here. Left to the system's init it would keep the pod's namespaces until that looks.
static void end_visit(int number) {
    if (visiting == 0) _exit(128 + number);
    kill((pid_t)visiting, SIGKILL);
}

static _Noreturn void be_visitor(const struct cln_visit *visit) {
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigaddset(&end, SIGHUP);
    sigprocmask(SIG_BLOCK, &end, NULL);
    signal(SIGTERM, end_visit);
    signal(SIGHUP, end_visit);
    // What else the terminal sends is for the program, which begins with the usual actions.
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (visit->has_own_group) setpgid(0, 0);
    int namespaces = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
    if (setns(visit->process, namespaces) != 0) fail(visit->report, CLN_STAGE_ENTER, 0);
    if (chdir(visit->directory) != 0) fail(visit->report, CLN_STAGE_DIRECTORY, 0);
    // A process stays in its PID namespace; only its children are in the new one.
    int program = fork_into(0);
    if (program < 0) fail(visit->report, CLN_STAGE_FORK, 0);
    if (program == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        set_descriptors(visit->descriptors);
        run(visit->words, visit->variables, visit->report);
    }
    visiting = program;
    sigprocmask(SIG_UNBLOCK, &end, NULL);
    close(visit->report);
    int status;
    while (waitpid(program, &status, 0) < 0) {
        if (errno != EINTR) _exit(126);
    }
    _exit(status_code(status));
}

int cln_pod_visit(const struct cln_visit *visit) {
    int pid = fork_into(0);
    if (pid == 0) be_visitor(visit);
    return pid;
}

int cln_adopt_orphans(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 ? 0 : errno;
}

int cln_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
}

int cln_process_open(int pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int cln_process_signal(int process, int signal) {
    return syscall(SYS_pidfd_send_signal, process, signal, NULL, 0) == 0 ? 0 : errno;
}

int cln_socket_in(int space, int domain, int type, int protocol) {
    int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (own < 0) return -1;
    int result = -1;
    int code = 0;
    if (setns(space, CLONE_NEWNET) == 0) {
        result = socket(domain, type | SOCK_CLOEXEC, protocol);
        code = errno;
        // A thread that can't go back would do all that follows in the wrong place.
        if (setns(own, CLONE_NEWNET) != 0) _exit(70);
    } else {
        code = errno;
    }
    close(own);
    errno = code;
    return result;
}

int cln_lock(int file, int waits) {
    int result;
    do result = flock(file, LOCK_EX | (waits ? 0 : LOCK_NB));
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}
