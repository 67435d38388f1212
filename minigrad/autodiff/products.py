"""Products of a derivative with a vector, which cost a few evaluations of f and never hold a matrix."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.trace import Trace, match, needs_tuple, pull_back
from minigrad.tensor import Tensor


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """(y, vᵀ ↦ vᵀJ): y = f(*primals), and the function that multiplies a cotangent by f's Jacobian.

    `primals` and y are arrays or trees of arrays.  The function takes v, a tree like y, and gives a
    tuple with one entry for each primal, a tree like it: Σv·∂y/∂primal, which is 0 where y does not
    depend on the primal.  It may be called again and again; each call is one walk back.

    Raises TypeError where f returns no Tensor or v is another tree than y, ValueError where v has
    other shapes.
    """
    trace = Trace("vjp", f, primals, {}, range(len(primals)))
    trace.take_outputs(trace.value)

    def pull(cotangent: Any) -> tuple[Any, ...]:
        vectors = match("the cotangent", trace.structure, trace.outputs, cotangent)
        found = trace.pull(vectors, create_graph=trace.is_differentiated(*vectors), retain_graph=True)
        return tuple(trace.per_argument(found))

    return trace.result(trace.is_differentiated()), pull


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """(y, Jt): y = f(*primals), and its derivative in the direction `tangents`, a tree like y.

    `primals` and `tangents` are tuples with one entry for each argument of f, a tree of arrays and
    one of the same structure and shapes.  Σ ∂y/∂primal·tangent is had from reverse mode alone: u ↦ uᵀJ
    is linear, so that its own VJP is t ↦ Jt, whatever u is.  It costs two walks, and holds the graph
    of the first.  J. Townsend, "A new trick for calculating Jacobian vector products" (2017).

    Raises TypeError for tangents of another number or structure, ValueError for other shapes.
    """
    trace = Trace("jvp", f, needs_tuple("jvp", "primals", primals), {}, range(len(primals)))
    trace.take_outputs(trace.value)
    vectors = trace.match_inputs(tangents)
    u = [Tensor(np.ones_like(y.data)) for y in trace.outputs]
    for v in u:
        v.requires_grad = True
    transposed = trace.pull(u, create_graph=True)
    tangent = pull_back(transposed, vectors, u, create_graph=trace.is_differentiated(*vectors))
    return trace.result(trace.is_differentiated()), trace.unflatten_outputs(tangent)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, ...]:
    """Hv: the Hessian of `f`, whose result is one number, times a vector; one entry for each primal.

    `primals` and `tangents` as in `jvp`: (Hv)ᵢ = Σⱼ ∂²f/∂primalᵢ∂primalⱼ·tangentⱼ, shaped like primal i.
    Reverse over reverse: since H is symmetric, Hv is the VJP of the gradient.  B. A. Pearlmutter, "Fast
    exact multiplication by the Hessian" (1994).

    Raises TypeError where f does not return one number, and where `jvp` does.
    """
    trace = Trace("hvp", f, needs_tuple("hvp", "primals", primals), {}, range(len(primals)))
    trace.take_number(trace.value)
    vectors = trace.match_inputs(tangents)
    gradients = trace.pull([Tensor(np.ones_like(trace.value.data))], create_graph=True)
    again = trace.is_differentiated(*vectors)
    return tuple(trace.per_argument(pull_back(gradients, vectors, trace.inputs, create_graph=again)))


def ggnvp(
    f: Callable[..., Any], g: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, ...]:
    """JᵀHJt: the generalised Gauss-Newton matrix of g∘f times a vector; one entry for each primal.

    J is the Jacobian of `f`, a network say, and H the Hessian of `g`, a loss of f's value whose result
    is one number.  It is the Hessian of g∘f without f's own curvature, and positive where g is convex.
    `primals` and `tangents` as in `jvp`.  It evaluates f twice.  N. N. Schraudolph, "Fast curvature
    matrix-vector products for second-order gradient descent" (2002).

    Raises TypeError where g does not return one number, and where `jvp` does.
    """
    y, direction = jvp(f, primals, tangents)
    (bent,) = hvp(g, (y,), (direction,))
    return vjp(f, *primals)[1](bent)
