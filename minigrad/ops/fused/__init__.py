"""Ops written twice: composed, to be read, and fused, to touch memory as seldom as can be."""
