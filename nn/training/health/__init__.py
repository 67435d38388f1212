"""What a training looks like from inside, now and then, and whether it looks ill.

`layers` measures gradients, weights and updates, `units` which units never answer, `table` keeps the figures,
`symptoms` says what is ill, and `health` is what the loop calls.
"""
