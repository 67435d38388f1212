"""Whether sizes fit into the memory of this machine, asked before anything is allocated."""

import os

UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")


class TooLarge(ValueError):
    """Sizes that do not fit.  The message is one sentence, for a person."""


def require(needs: dict[str, int], instead: dict[str, str]) -> None:
    """Raise TooLarge where `needs`, bytes by what they are for, come to more than this machine has.

    The greatest one is named, and what `instead` says of it.
    """
    have, total = physical(), sum(needs.values())
    if have is None or total <= have:
        return
    most = max(needs, key=lambda name: needs[name])
    raise TooLarge(
        f"these sizes need at least {amount(total)} of memory, {amount(needs[most])} of it for the {most}, "
        f"and this machine has {amount(have)}: {instead[most]}"
    )


def physical() -> int | None:
    """Bytes of memory that the machine has, where it says so."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def amount(count: int) -> str:
    """Bytes as people write them."""
    power = min(max(len(str(count)) - 1, 0) // 3, len(UNITS) - 1)
    return f"{count / 1000**power:.3g} {UNITS[power]}"
