"""A child of a fork has all it needs, whatever other threads were at when it was born."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

# `work` is done by a thread for the first time; in its middle this one forks, and the child does it too.
BEGIN = """
import os, threading, time
import numpy as np
import minigrad as mg
x = np.ones((4, 3), np.float32)
w = mg.tensor(np.ones((3, 2), np.float32), requires_grad=True)
started = threading.Event()
def fork_in_the_middle(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(20)
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    thread.join()
"""
# A module that the thread loads tells when it is half loaded, and takes its time.
LOAD = """
import sys, importlib.abc
class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            started.set()
            time.sleep(0.3)
sys.meta_path.insert(0, Slow())
fork_in_the_middle(lambda: mg.data_parallel(lambda x: mg.gelu(x @ w).mean(), x, threads=2).backward())
"""
DEPOSIT = """
def work():
    with mg.forks.HELD_OFF:  # as a walk that ends at a leaf does
        started.set()
        time.sleep(0.3)
        w.grad = None
fork_in_the_middle(work)
"""
COMPILE = """
from numba.core.compiler_lock import global_compiler_lock
import minigrad.kernels.compiled
def work():
    with global_compiler_lock:
        started.set()
        time.sleep(0.3)
fork_in_the_middle(work)
"""
LIMITED = """
from threadpoolctl import threadpool_info
from minigrad.autodiff.threads import PRODUCTS
def threads():
    return [entry["num_threads"] for entry in threadpool_info() if entry["user_api"] == "blas"]
before, done = threads(), threading.Event()
def hold():
    with PRODUCTS.held_to_one_thread():
        started.set()
        done.wait()
thread = threading.Thread(target=hold, daemon=True)
thread.start()
started.wait()
child = os.fork()
if not child:  # it has no such thread
    assert threads() == before, threads()
    with PRODUCTS.held_to_one_thread():
        assert set(threads()) == {1}
    assert threads() == before, threads()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert set(threads()) == {1}
done.set()
thread.join()
assert threads() == before
with PRODUCTS.held_to_one_thread():
    child = os.fork()
    if not child:
        assert set(threads()) == {1}
if not child:
    assert threads() == before
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


OPTIONAL = {"threadpoolctl": "threadpoolctl", "minigrad.kernels.compiled": "numba"}


def runs(code: str) -> None:
    """A program ends well, and in time."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)


@pytest.mark.parametrize(
    "module", ["minigrad.autodiff", "numpy.random", "threadpoolctl", "minigrad.kernels.compiled"]
)
def test_a_fork_waits_for_what_a_thread_loads(module):
    if module in OPTIONAL:
        pytest.importorskip(OPTIONAL[module])
    runs(BEGIN + LOAD.format(module=module))


def test_a_fork_waits_for_a_gradient_that_is_being_added_to():
    runs(BEGIN + DEPOSIT)


def test_a_fork_waits_for_a_kernel_that_is_being_compiled():
    pytest.importorskip("numba")
    runs(BEGIN + COMPILE)


def test_a_child_does_not_keep_products_to_one_thread_for_threads_it_lacks():
    pytest.importorskip("threadpoolctl")
    runs(BEGIN + LIMITED)
