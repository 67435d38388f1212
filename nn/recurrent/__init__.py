"""Recurrent nets: `layers` over whole sequences, `cells` of one step, and the `parameters` of both."""
