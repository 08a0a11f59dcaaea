"""Which folders are on another machine: there SQLite's locks may not hold, and two writers can damage one file."""

import re
from pathlib import PurePath

NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "afs", "ncpfs", "davfs",
    "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs2", "fuse.smbnetfs", "fuse.gvfsd-fuse",
})  # fmt: skip
"""File systems that come over a network, as the kernel calls them."""

_ESCAPE = re.compile(r"\\([0-7]{3})")


def network_kind(folder: PurePath, mounts: str) -> str | None:
    """The network file system that a folder is on; None where it is on this machine.

    Args:
        folder: an absolute path without links.
        mounts: what `/proc/self/mountinfo` says; of several mounts of one point the last is the one that is seen.
    """
    best, kind = -1, None
    for line in mounts.splitlines():
        here, _dash, there = line.partition(" - ")
        fields, type_ = here.split(" "), there.partition(" ")[0]
        if len(fields) < 5 or not type_:  # noqa: PLR2004 - the fifth is the mount point
            continue
        point = PurePath(_ESCAPE.sub(lambda code: chr(int(code[1], 8)), fields[4]))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), type_
    return kind if kind in NETWORK else None
