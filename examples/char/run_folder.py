"""The folder of a run: everything it needs to be looked at, sampled from, and resumed.

config.json            settings, text and vocabulary
weights.safetensors    the model's state dict
training.safetensors   the optimiser's averages, and where the random numbers stand
metrics.csv            a line per evaluation
loss.png/.svg, attention.png, block.svg, sample.txt   written at the end

A checkpoint is written beside the old one and then takes its place, so that a full disk or a
power cut leaves the old one whole.
"""

import csv
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from examples.char.corpus import Corpus
from examples.char.model import CharTransformer, ModelConfig
from examples.char.settings import Settings
from examples.char.training import Trainer
from nn.data import Vocabulary

FORMAT = "minigrad char_transformer 1"
COLUMNS = ("step", "train_loss", "validation_loss", "validation_bits", "learning_rate", "seconds")


class RunError(RuntimeError):
    """A run folder that cannot be used as asked.  The message is one sentence, for a person."""


@dataclass(frozen=True)
class Config:
    """What config.json holds."""

    settings: Settings
    source: str
    version: str
    sha256: str
    vocabulary: Vocabulary
    baselines: dict[str, float]

    @classmethod
    def of(cls, settings: Settings, corpus: Corpus, baselines: dict[str, float]) -> "Config":
        """The configuration of a new run."""
        return cls(settings, corpus.source, corpus.version, corpus.sha256, corpus.vocabulary, baselines)


class RunFolder:
    """One run on disk, at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        """Whether a run was begun here."""
        return (self.path / "config.json").exists()

    def file(self, name: str) -> Path:
        """The path of a file in the folder."""
        return self.path / name

    # -- writing ------------------------------------------------------------------------------

    def begin(self, config: Config) -> None:
        """Make the folder and write its configuration.  Raises RunError where that cannot be."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"the folder {self.path} cannot be made ({error.strerror})") from None
        if any(self.path.iterdir()):
            raise RunError(
                f"{self.path} is not empty: resume its run with --resume, or give another --out folder"
            )
        facts = {
            "format": FORMAT,
            "settings": config.settings.as_dict(),
            "text": {"source": config.source, "version": config.version, "sha256": config.sha256},
            "vocabulary": "".join(config.vocabulary.tokens),
            "baselines": config.baselines,
        }
        self._write("config.json", json.dumps(facts, indent=1, ensure_ascii=False).encode())
        self._write("metrics.csv", (",".join(COLUMNS) + "\n").encode())

    def add_metrics(self, row: Mapping[str, float]) -> None:
        """A line more in metrics.csv."""
        try:
            with self.file("metrics.csv").open("a", newline="") as out:
                csv.DictWriter(out, COLUMNS, lineterminator="\n").writerow(row)
        except OSError as error:
            raise self._unwritable("metrics.csv", error) from None

    def save(self, trainer: Trainer) -> None:
        """The checkpoint of `trainer`: enough to resume as if it had never stopped."""
        state = trainer.optimizer.state_dict()
        arrays = {
            f"{key}.{i}": value
            for i, entry in state["state"].items()
            for key, value in entry.items()
            if isinstance(value, np.ndarray)
        }
        facts = {
            "format": FORMAT,
            "step": str(trainer.number),
            "rng": json.dumps(trainer.rng.bit_generator.state),
        }
        # Weights and averages belong together, so both are on disk before either takes its place.
        files = {
            "weights.safetensors": save(trainer.model.state_dict(), {"format": FORMAT}),
            "training.safetensors": save(arrays, facts),
        }
        self._write_all(files)

    def write_text(self, name: str, text: str) -> None:
        """A text file of the folder."""
        self._write(name, text.encode())

    # -- reading ------------------------------------------------------------------------------

    def config(self) -> Config:
        """What the run was begun with.  Raises RunError for no run, a damaged one or a foreign one."""
        if not self.exists:
            raise RunError(f"there is no run in {self.path}: train one first, with --out {self.path}")
        try:
            facts = json.loads(self.file("config.json").read_text("utf-8"))
            if facts["format"] != FORMAT:
                raise KeyError("format")
            known = {field.name for field in fields(Settings)}
            settings = Settings(**{k: v for k, v in facts["settings"].items() if k in known})
            text = facts["text"]
            return Config(
                settings,
                text["source"],
                text["version"],
                text["sha256"],
                Vocabulary(tuple(facts["vocabulary"])),
                facts["baselines"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError(
                f"{self.file('config.json')} is damaged or not from this program ({error}): "
                "take it from a backup, or train anew"
            ) from None

    def load_model(self) -> CharTransformer:
        """The model as last saved."""
        config = self.config()
        sizes: ModelConfig = config.settings.model_config(len(config.vocabulary))
        model = CharTransformer(sizes, np.random.default_rng(config.settings.seed))
        arrays, _ = self._load("weights.safetensors")
        self._fill(model, arrays)
        return model

    def restore(self, trainer: Trainer) -> None:
        """Put `trainer`, fresh from the same settings and text, where the saved one stood."""
        weights, _ = self._load("weights.safetensors")
        arrays, facts = self._load("training.safetensors")
        try:
            step = int(facts["step"])
            state: dict[int, dict[str, Any]] = {}
            for name, array in arrays.items():
                key, _, place = name.rpartition(".")
                state.setdefault(int(place), {"step": step})[key] = array
            groups = trainer.optimizer.state_dict()["groups"]
            trainer.rng.bit_generator.state = json.loads(facts["rng"])
            trainer.optimizer.load_state_dict({"groups": groups, "state": state})
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise self._damaged("training.safetensors", error) from None
        self._fill(trainer.model, weights)
        trainer.schedule.load_state_dict({"last_epoch": step})
        trainer.number = step

    def metrics(self) -> list[dict[str, float]]:
        """The lines of metrics.csv."""
        try:
            with self.file("metrics.csv").open(newline="") as lines:
                rows = [{name: float(row[name]) for name in COLUMNS} for row in csv.DictReader(lines)]
        except (KeyError, ValueError, TypeError, OSError) as error:
            raise self._damaged("metrics.csv", error) from None
        return rows

    def forget_metrics_after(self, step: int) -> None:
        """Drop the lines of evaluations that came after the checkpoint; the others stay byte for byte."""
        steps = [row["step"] for row in self.metrics()]  # raises for a damaged file
        head, *lines = self.file("metrics.csv").read_text("utf-8").splitlines()
        kept = [line for at, line in zip(steps, lines, strict=True) if at <= step]
        self._write("metrics.csv", "".join(line + "\n" for line in [head, *kept]).encode())

    # -- the files themselves -------------------------------------------------------------------

    def _write(self, name: str, content: bytes) -> None:
        self._write_all({name: content})

    def _write_all(self, files: dict[str, bytes]) -> None:
        beside = {name: self.file(f"{name}.new") for name in files}
        try:
            for name, content in files.items():
                with beside[name].open("wb") as out:
                    out.write(content)
                    out.flush()
                    os.fsync(out.fileno())
            for name, written in beside.items():
                written.replace(self.file(name))
        except OSError as error:
            for written in beside.values():
                written.unlink(missing_ok=True)
            raise self._unwritable(", ".join(files), error) from None

    def _unwritable(self, name: str, error: OSError) -> RunError:
        return RunError(
            f"{name} in {self.path} cannot be written ({error.strerror}): what was saved before is whole; "
            "make room or give rights, and resume with --resume"
        )

    def _load(self, name: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        try:
            content = self.file(name).read_bytes()
            arrays = load(content)
            facts = _metadata(content)
        except FileNotFoundError:
            raise RunError(
                f"{self.path} holds no {name}: the run was stopped before its first save"
            ) from None
        except (OSError, SafetensorError, ValueError, KeyError) as error:
            raise self._damaged(name, error) from None
        if facts.get("format") != FORMAT:
            raise RunError(
                f"{self.file(name)} was not written by this program: give the folder of one of its runs"
            )
        return arrays, facts

    def _fill(self, model: CharTransformer, arrays: dict[str, np.ndarray]) -> None:
        try:
            model.load_state_dict(arrays)
        except ValueError as error:
            raise self._damaged("weights.safetensors", str(error).splitlines()[0]) from None

    def _damaged(self, name: str, error: object) -> RunError:
        return RunError(
            f"{self.file(name)} is damaged ({error}): take it from a backup, or train anew in another folder"
        )


def _metadata(content: bytes) -> dict[str, str]:
    """The free-form part of a safetensors header: 8 bytes of length, then JSON."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    return dict(header.get("__metadata__", {}))
