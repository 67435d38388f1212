"""Where a tensor says which functions are the Array API's: above Tensor, and above all of them."""

from types import ModuleType

from minigrad.tensor import Tensor

VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")  # of the Array API standard


def __array_namespace__(self: Tensor, *, api_version: str | None = None) -> ModuleType:
    """The functions on tensors under the names of the Array API standard: minigrad.array_api."""
    if api_version is not None and api_version not in VERSIONS:
        raise ValueError(
            f"the Array API in its version {api_version!r} is not here: ask for one of "
            f"{', '.join(VERSIONS)}, or omit api_version"
        )
    from minigrad import array_api  # loaded when first asked for, since not every program wants it

    return array_api
