"""The report of a run: one HTML file that says how it went, without a network.

`scales` and `charts` draw curves, `layers` a line for each layer, `film` maps of attention over time,
`facts` tables; `report` puts them together.
"""
