"""PyTorch's `inplace=`, which functions take so that its answer is a sentence."""


def refuse_inplace(name: str, inplace: bool) -> None:
    """Raise ValueError for inplace=True: an op leaves its inputs as they are, for backward reads them."""
    if inplace:
        raise ValueError(
            f"{name} got inplace=True, and functions here leave their inputs as they are: leave it out, and "
            f"write x = F.{name}(x)"
        )
