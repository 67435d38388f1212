"""A module as a function of its parameters."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import minigrad as mg
from nn.module import Module
from nn.parameter import Parameter


def functional_call(module: Module, parameters: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
    """module(*args, **kwargs), with `parameters` in the place of its own for this one call.

    `parameters` maps dotted names, as in `named_parameters`, to arrays or Tensors of the same shapes;
    what it does not name stays.  A parameter that modules share is replaced in all of them.  So

        loss = lambda weights: F.mse_loss(nn.functional_call(model, weights, x), y)
        gradients = mg.grad(loss)(dict(model.named_parameters()))

    differentiates by a dict of arrays, with every function of `minigrad` and to every order.  The
    module itself is changed for the time of the call: no other thread may use it then, and inside of
    `mg.data_parallel` it is refused.

    Raises ValueError for names that the module does not have, and for other shapes.
    """
    if mg.is_part_of_batch():
        raise RuntimeError(
            "functional_call changes the module for the time of a call, which the parts of data_parallel "
            "would do at once: write functional_call around data_parallel, of a module whose forward calls "
            "that"
        )
    own = dict(module.named_parameters())
    unknown = [name for name in parameters if name not in own]
    if unknown:
        raise ValueError(
            f"functional_call got {', '.join(map(repr, unknown))}, and {type(module).__name__} has the "
            f"parameters {', '.join(own) or 'of none'}: name them as named_parameters() does"
        )
    replacements: dict[int, mg.Tensor] = {}
    for name, given in parameters.items():
        tensor = given if isinstance(given, mg.Tensor) else mg.tensor(given)
        if tensor.shape != own[name].shape:
            raise ValueError(
                f"functional_call got {name!r} of shape {tensor.shape}, and the parameter has shape "
                f"{own[name].shape}: give an array of that shape"
            )
        replacements[id(own[name])] = tensor
    with _replaced(module, replacements):
        return module(*args, **kwargs)


@contextmanager
def _replaced(module: Module, replacements: dict[int, mg.Tensor]) -> Iterator[None]:
    """In the block, other tensors stand in the place of some parameters, known by identity."""
    places = [
        (vars(inner), name, value)
        for inner in module.modules()
        for name, value in vars(inner).items()
        if isinstance(value, Parameter) and id(value) in replacements
    ]
    try:
        for attributes, name, value in places:
            attributes[name] = replacements[id(value)]  # past __setattr__, which wants a Parameter
        yield
    finally:
        for attributes, name, value in places:
            attributes[name] = value
