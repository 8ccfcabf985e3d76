"""Loads Debian's clients once, and runs each command in a fork of itself: loading takes them 1.7 s of processor time.

    python3 server.py SOCKET     prints "ready", and ends with its standard input

What runs is the installed programs' own entry point. A command has its caller's arguments, variables, folder and files.
"""
import array
import importlib.metadata
import json
import os
import select
import signal
import socket
import sys

SOCKET = sys.argv[1]
sys.argv = ["openstack"]  # Which it takes for its name when it is loaded.

import glanceclient.shell  # noqa: E402
import openstackclient.shell  # noqa: E402

PROGRAMS = {"openstack": openstackclient.shell.main, "glance": glanceclient.shell.main}
GROUPS = ("openstack.cli", "openstack.cli.base", "openstack.common", "openstack.image.v2", "openstack.identity.v3")
STANDARD_FILES = 3


def load_plugins():
    import stevedore._cache  # The list of what is installed, which each start would read again.

    for group in (*GROUPS, "keystoneauth1.plugin", "cliff.formatter.list", "cliff.formatter.show"):
        stevedore._cache.get_group_all(group)
        for entry in importlib.metadata.entry_points(group=group):
            try:
                entry.load()
            except ImportError:
                pass  # A plugin whose libraries are not installed: no command uses it.


def receive(connection):
    """A request's files, and its JSON up to the caller's end of the stream."""
    files = array.array("i")
    data, ancillary, _flags, _address = connection.recvmsg(65536, socket.CMSG_SPACE(STANDARD_FILES * files.itemsize))
    for _level, _type, content in ancillary:
        files.frombytes(content)
    while part := connection.recv(65536):
        data += part
    return json.loads(data), list(files)


def become(connection):
    """In the fork: the command itself. Tells its exit code, and never returns."""
    request, files = receive(connection)
    for standard, file in enumerate(files):
        os.dup2(file, standard)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", errors="backslashreplace")
    sys.argv = request["words"]
    try:
        code = PROGRAMS[os.path.basename(sys.argv[0])]()
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = 1
    connection.sendall(str(code or 0).encode())
    os._exit(0)


def main(path):
    load_plugins()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while True:
        readable, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in readable:
            return
        connection, _address = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            become(connection)
        connection.close()


main(SOCKET)
