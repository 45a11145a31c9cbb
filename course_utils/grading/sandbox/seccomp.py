"""A filter on system calls: the third layer, against what the kernel itself may get wrong.

Most calls that break out of sandboxes are ones that no notebook makes: mounts, new namespaces, the
memory of other processes, BPF, keys, io_uring. They fail here before the kernel looks at their
arguments. So do the ways to hold memory that no process's size shows: anonymous files and
System V segments. The numbers are those of the kernel's unistd.h.
"""

from __future__ import annotations

import errno
import platform
import struct

from course_utils.grading.sandbox import system

#: call -> its number on x86-64 and on ARM64, or None where it does not exist.
REFUSED: dict[str, tuple[int, int | None]] = {
    "ptrace": (101, 117),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "pivot_root": (155, 41),
    "adjtimex": (159, 171),
    "chroot": (161, 51),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "mount": (165, 40),
    "umount2": (166, 39),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "sched_setaffinity": (203, 122),
    "lookup_dcookie": (212, 18),
    "clock_settime": (227, 112),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "migrate_pages": (256, 238),
    "unshare": (272, 97),
    "move_pages": (279, 239),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "clock_adjtime": (305, 266),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "finit_module": (313, 273),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "mount_setattr": (442, 442),
    "quotactl_fd": (443, 443),
    "open_tree_attr": (467, 467),
}
#: Refused as if the kernel did not know them: programs then go another way.
UNKNOWN: dict[str, tuple[int, int | None]] = {
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "memfd_create": (319, 279),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # Its flags lie in memory, where a filter cannot look; the C library then uses clone.
    "clone3": (435, 435),
    "memfd_secret": (447, 447),
}
CLONE, SOCKET = (56, 220), (41, 198)
_NEW_NAMESPACES = 0x7E020000
#: Families of sockets that stay: local ones, and IP, which has no network to talk to. Others
#: reach past a network namespace (AF_VSOCK) or into seldom-used parts of the kernel (AF_ALG).
_FAMILIES = (1, 2, 10)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

#: Instructions of classic BPF, and where seccomp's data have the call, the architecture and the
#: low half of the first argument (both architectures are little-endian).
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_X32_BIT = 0x40000000


def install() -> bool:
    """Filter the calls of this process and of all that it starts. False where that is unknown.

    Needs no_new_privs. Raises OSError where the kernel refuses.
    """
    if platform.machine() not in _ARCHITECTURES:
        return False
    system.install_filter(_program(*_ARCHITECTURES[platform.machine()]))
    return True


def _program(column: int, architecture: int) -> bytes:
    refused = [_step(_RETURN, _ERROR | errno.EPERM)]
    unknown = [_step(_RETURN, _ERROR | errno.ENOSYS)]
    program = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        # The x32 calls have numbers of their own, which the lists do not know.
        *_when(_AT_LEAST, _X32_BIT, unknown),
    ]
    for calls, answer in ((REFUSED, refused), (UNKNOWN, unknown)):
        for numbers in calls.values():
            number = numbers[column]
            if number is not None:
                program += _when(_EQUAL, number, answer)
    new_namespaces = [_step(_LOAD, _FIRST), *_when(_ANY_BIT, _NEW_NAMESPACES, refused)]
    program += _when(_EQUAL, CLONE[column], [*new_namespaces, _step(_RETURN, _ALLOW)])
    families = [_step(_LOAD, _FIRST)]
    for family in _FAMILIES:
        families += _when(_EQUAL, family, [_step(_RETURN, _ALLOW)])
    families.append(_step(_RETURN, _ERROR | errno.EAFNOSUPPORT))
    program += _when(_EQUAL, SOCKET[column], families)
    program.append(_step(_RETURN, _ALLOW))
    return b"".join(program)


def _when(comparison: int, value: int, body: list[bytes]) -> list[bytes]:
    """Instructions that run `body` if the comparison holds, else skip it."""
    return [_step(comparison, value, 0, len(body)), *body]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
