"""Sequences are (B, T, C) everywhere; what is answered where PyTorch's default is asked for."""


def refuse_time_first(batch_first: bool) -> None:
    """Raise ValueError for batch_first=False, which PyTorch has and this library does not."""
    if not batch_first:
        raise ValueError(
            "batch_first=False is not here, since every array in this library is (B, T, C): omit it "
            "and give x.swapaxes(0, 1)"
        )
