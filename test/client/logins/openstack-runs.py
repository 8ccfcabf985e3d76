"""Runs `openstack image list` again and again, each time in a folder and an environment of its own.

Each line of standard input is {"folder", "environment", "words"} in JSON, and is answered with {"code", "output"}.
The client is imported once: a fork for each run costs a third of a new process. Standard input of the client is no
terminal, so it never asks for a password.
"""
import importlib
import json
import os
import sys
import tempfile
import warnings

from openstack.config import loader
from openstackclient import shell
import openstackclient.image.v2.image  # noqa: F401 (loaded by every run)


def run(case):
    with tempfile.TemporaryFile("w+") as output:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.chdir(case["folder"])
                os.environ.clear()
                os.environ.update(case["environment"])
                # Where files are looked for is settled when the module is loaded.
                importlib.reload(loader)
                warnings.simplefilter("ignore")
                code = shell.main([*case["words"], "image", "list", "-f", "json"])
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
            except BaseException as error:  # noqa: B902
                print(repr(error))
                code = 1
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code or 0)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return {"code": os.waitstatus_to_exitcode(status), "output": output.read()}


# What the client loads at its first run is there for all that follow; this one fails, for want of a cloud.
for name in [name for name in os.environ if name.startswith("OS_")]:
    del os.environ[name]
with open(os.devnull, "w") as nowhere:
    said = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = nowhere
    shell.main(["image", "list"])
    sys.stdout, sys.stderr = said
for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
