// Processes and sockets in namespaces of their own: what only C may do between clone and exec.

#ifndef CLINUXNET_NAMESPACES_H
#define CLINUXNET_NAMESPACES_H

#include <stddef.h>
#include <stdint.h>

/// A step on the way from a new process to its program.
enum cln_stage {
    CLN_STAGE_HOSTNAME = 1,
    CLN_STAGE_PRIVATE_MOUNTS = 2,
    CLN_STAGE_MOUNT = 3,
    CLN_STAGE_PROC = 4,
    CLN_STAGE_DIRECTORY = 5,
    CLN_STAGE_FORK = 6,
    CLN_STAGE_PROGRAM = 7,
    CLN_STAGE_ENTER = 8,
};

/// What a process says when a step fails: which one, why (errno), and for mounts which of them.
struct cln_report {
    int32_t stage;
    int32_t code;
    int32_t index;
};

/// Two paths, or a path and a text.
struct cln_pair {
    const char *first;
    const char *second;
};

/// What a new pod's processes are to be. Lists of words end with NULL.
struct cln_pod {
    const char *hostname;
    /// Files to mount over others: source and target.
    const struct cln_pair *mounts;
    size_t mount_count;
    /// Files of /proc/sys and texts to write into them; what can't be written is passed over.
    const struct cln_pair *settings;
    size_t setting_count;
    /// The program's working directory.
    const char *directory;
    /// The program and its arguments; NULL for none, then the first process waits for SIGTERM.
    char *const *words;
    char *const *variables;
    /// What becomes standard input, output and errors.
    int descriptors[3];
    /// The process goes on when it has read an octet here, and ends when the other end is closed.
    int gate;
    /// The other end, which the process closes for itself.
    int other_end;
    /// Where a `cln_report` is written; closed without one when the program runs.
    int report;
};

/// Starts the first process of a pod in new network, mount, UTS, IPC and PID namespaces.
///
/// The process is the pod's init: it starts the program, passes SIGTERM on to it, takes in
/// processes without parents, and ends when the program has ended, with its status or 128 and the
/// signal's number; all other processes of the pod end with it. It is killed when the thread ends
/// that started it. Returns its number, or -1 with errno set: `clone(2)`.
int cln_pod_start(const struct cln_pod *pod);

/// What is to run in the namespaces of a pod that is there.
struct cln_visit {
    /// A descriptor of the pod's init: `pidfd_open(2)`.
    int process;
    const char *directory;
    char *const *words;
    char *const *variables;
    int descriptors[3];
    /// Whether the program has a process group of its own, so that all of it can be killed.
    int has_own_group;
    int report;
};

/// Starts a program in the namespaces of a pod. Returns the number of a process that ends with the
/// program's status, and with which the program is killed; or -1 with errno set. The process passes
/// the end of its parent, SIGTERM and SIGHUP on to the program, as SIGKILL.
int cln_pod_visit(const struct cln_visit *visit);

/// Makes this process the parent of those below it whose own parent ends, instead of the system's
/// init. Returns 0 or an errno: `PR_SET_CHILD_SUBREAPER(2const)`.
int cln_adopt_orphans(void);

/// Opens a pipe that no program inherits; returns 0 or an errno: `pipe2(2)`.
int cln_pipe(int ends[2]);

/// Opens a descriptor of a process, or returns -1 with errno set: `pidfd_open(2)`.
int cln_process_open(int pid);

/// Sends a signal to the process of a descriptor; returns 0 or an errno: `pidfd_send_signal(2)`.
int cln_process_signal(int process, int signal);

/// Opens a socket in a network namespace, given by a descriptor of its file, or returns -1 with
/// errno set. No program inherits it. The calling thread is back in its own namespace afterwards.
int cln_socket_in(int space, int domain, int type, int protocol);

/// Takes a lock on an open file, which is gone when the file is closed, as by the process's end.
/// Returns 0, EWOULDBLOCK if it isn't to wait and another has it, or an errno: `flock(2)`.
int cln_lock(int file, int waits);

#endif
