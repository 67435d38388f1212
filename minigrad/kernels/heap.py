"""Memory that a training step gives back and takes again."""

import ctypes

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3  # of <malloc.h>


def keep_heap() -> bool:
    """Have freed arrays stay with the process, to be taken again by the next step; whether that worked.

    glibc gives large blocks back to the system, and every step then fetches them anew, page by page.
    It is a setting of the whole process, so programs make it, and `import minigrad` does not.  Where
    there is no glibc nothing happens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or another system
        return False
    settings = {M_MMAP_THRESHOLD: 1 << 25, M_TRIM_THRESHOLD: 2**31 - 1, M_TOP_PAD: 1 << 26}
    done = [mallopt(name, value) for name, value in settings.items()]
    return all(done)
