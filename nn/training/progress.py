"""What a person sees while something takes long: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from typing import Any, Self, TextIO


class Progress:
    """A bar with steps and time left on a terminal that tqdm is installed for; else a line when asked.

    with nn.Progress(900, title="step") as progress:
        for ...:
            progress.advance("loss 0.31")  # one step more
            progress.report()  # where there is no bar, a line: step 100/900  loss 0.31  00:12 left
    """

    def __init__(self, total: int, done: int = 0, title: str = "step", stream: TextIO | None = None) -> None:
        self.total, self.done, self.title = total, done, title
        self.stream = sys.stdout if stream is None else stream
        self.text = ""
        self.start, self.start_step = time.perf_counter(), done
        self.bar: Any = None

    def __enter__(self) -> Self:
        if getattr(self.stream, "isatty", lambda: False)():
            try:
                from tqdm import tqdm
            except ImportError:
                return self
            # What a narrow terminal cuts off stands last.
            title = self.title.replace("{", "{{").replace("}", "}}")
            form = title + " {n_fmt}/{total_fmt} |{bar:10}| {remaining} left | {desc}"
            self.bar = tqdm(
                total=self.total, initial=self.done, bar_format=form, file=self.stream, dynamic_ncols=True
            )
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def advance(self, text: str) -> None:
        """One step more, and what is to be read beside it."""
        self.done += 1
        self.text = text
        if self.bar is not None:
            self.bar.set_description_str(text, refresh=False)
            self.bar.update()

    def report(self, text: str | None = None) -> None:
        """A line where there is no bar, of `text` in the place of the last one if given."""
        self.text = self.text if text is None else text
        if self.bar is None:
            seconds = int((self.total - self.done) * self.seconds_per_step())
            left = f"{seconds // 60:02d}:{seconds % 60:02d} left"
            self.write(f"{self.title} {self.done}/{self.total}  {self.text}  {left}")

    def end(self, text: str) -> None:
        """A last line, of why there are steps left."""
        if self.bar is not None:
            self.bar.close()
        self.write(f"{self.title} {self.done}/{self.total}  {text}")

    def seconds_per_step(self) -> float:
        """Mean over the steps since it began."""
        return (time.perf_counter() - self.start) / max(self.done - self.start_step, 1)

    def write(self, line: str) -> None:
        """A line to the stream, with what it cannot encode written out."""
        if self.stream is not None:  # as in a program that was started without one
            encoding = getattr(self.stream, "encoding", None) or "utf-8"
            line = line.encode(encoding, "backslashreplace").decode(encoding)
            print(line, file=self.stream, flush=True)
