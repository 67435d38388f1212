"""Attention, from the scores of one query to the Transformer.

In reading order: `scores` (what a key is worth to a query), `scored_attention` (the function over them),
`heads` and `multihead` (several at once), `position` and `alibi` (what order does), `past` and `cache` (what
is remembered while text is generated), `transformer_layers`, `transformer_stacks`, `transformer`.
`recording` looks at the weights from outside.
"""
