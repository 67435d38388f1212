"""The training loop, in parts: `update` (one step), `evaluation` (what is measured), `training` (the loop).

Around it stand `progress` (what a person sees), `interrupts` (Ctrl-C), `run_files` and `resuming` (what is
left behind, and how it is taken up again); `shared_update` and `together` have several ranks train one model.
"""
