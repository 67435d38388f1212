"""The training loop, in parts: `update` (one step), `evaluation` (what is measured), `training` (the loop).

Around it stand `progress` (what a person sees), `interrupts` (Ctrl-C), `run_files`, `resumable`, `resuming`
(what is left behind, and how it is taken up again); `shared_update` and `together` have several ranks train
one model.  `health` measures layer by layer and warns, `not_finite` says where a NaN is from; `rate_finder`
looks for a learning rate.  `report` shows a run on one page, with `snapshots` of what the model wrote and
looked at; `event_log` shows it in TensorBoard.
"""
